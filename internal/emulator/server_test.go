package emulator_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/metadata"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func TestOnePort(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	if _, err := client(t, s).CreateAttestor(t.Context(), attestor("a")); err != nil {
		t.Fatal(err)
	}
	var got struct{ Name string }
	if code, err := call(t, s, "GET", "/v1/projects/p/attestors/a", "", &got); code != http.StatusOK || err != nil ||
		got.Name != "projects/p/attestors/a" {
		t.Errorf("%d %v %+v", code, err, got)
	}
	calls := s.Calls()
	if calls[methods+"CreateAttestor"] != 1 || calls[methods+"GetAttestor"] != 1 || len(calls) != 2 {
		t.Errorf("calls: %v", calls)
	}
	s.ResetCalls()
	if calls := s.Calls(); len(calls) != 0 {
		t.Errorf("after a reset: %v", calls)
	}
}

func TestErrorBodies(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	for _, c := range []struct {
		method, path, body string
		code               int
		status, message    string
	}{
		{"GET", "/v1/projects/p/attestors/a", "", 404, "NOT_FOUND", "Requested entity was not found."},
		{"GET", "/v1/nothing/here", "", 404, "NOT_FOUND", "Method not found."},
		{"PATCH", "/v1/projects/p/attestors/a", "{}", 404, "NOT_FOUND", "Method not found."},
		{
			"GET", "/v1/projects/p/policy?what=1", "", 400, "INVALID_ARGUMENT",
			`Invalid JSON payload received. Unknown name "what": Cannot bind query parameter. ` +
				`Field 'what' could not be found in request message.`,
		},
		{
			"PUT", "/v1/projects/p/policy", `{"x":1}`, 400, "INVALID_ARGUMENT",
			`Invalid JSON payload received. Unknown name "x": Cannot find field.`,
		},
		{"PUT", "/v1/projects/p/policy", `{`, 400, "INVALID_ARGUMENT", "Invalid JSON payload received. "},
		{
			"POST", "/v1/projects/p/platforms/gke/policies?policyId=a", `{"x":1}`, 400, "INVALID_ARGUMENT",
			`Invalid JSON payload received. Unknown name "x": Cannot find field.`,
		},
		{
			"POST", "/v1/projects/p/platforms/gke/policies/a:evaluate", `{}`, 400, "INVALID_ARGUMENT",
			"The input is not valid: resource is required.",
		},
		{
			"POST", "/v1/projects/p/platforms/gke/policies/a:evaluate", `{"x":1}`, 400, "INVALID_ARGUMENT",
			`Invalid JSON payload received. Unknown name "x": Cannot find field.`,
		},
		{"GET", "/v1/projects/p/occurrences:vulnerabilitySummary", "", 501, "UNIMPLEMENTED", ""},
	} {
		var e errorAnswer
		code, err := call(t, s, c.method, c.path, c.body, &e)
		if err != nil || code != c.code || e.Error.Code != c.code || e.Error.Status != c.status ||
			!strings.HasPrefix(e.Error.Message, c.message) {
			t.Errorf("%s %s: %d %+v %v", c.method, c.path, code, e, err)
		}
	}
}

func TestClusterErrorBody(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	for _, version := range []string{"v1", "v1beta1"} {
		var e errorAnswer
		code, err := call(t, s, "GET", "/"+version+"/projects/p/locations/us-central1-a/clusters/c", "", &e)
		if err != nil || code != 404 || len(e.Error.Errors) != 1 || e.Error.Errors[0].Reason != "notFound" ||
			e.Error.Errors[0].Domain != "global" {
			t.Errorf("%s: %d %+v %v", version, code, e, err)
		}
	}
}

func TestSystemParameters(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	for query, want := range map[string]any{
		"":                                      "ENABLE",
		"?$alt=json;enum-encoding=int":          float64(1),
		"?%24alt=json%3Benum-encoding%3Dint":    float64(1),
		"?alt=json&prettyPrint=false&key=k":     "ENABLE",
		"?fields=globalPolicyEvaluationMode":    "ENABLE",
		"?$fields=name":                         nil,
		"?quotaUser=u&access_token=t&$.xgafv=2": "ENABLE",
	} {
		var got map[string]any
		code, err := call(t, s, "GET", "/v1/projects/p/policy"+query, "", &got)
		if err != nil || code != http.StatusOK || got["globalPolicyEvaluationMode"] != want {
			t.Errorf("%s: %d %v %v", query, code, got, err)
		}
	}
}

func TestNumericEnumsInARequest(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	var got map[string]any
	code, err := call(t, s, "PUT", "/v1/projects/p/policy",
		`{"globalPolicyEvaluationMode":2,"defaultAdmissionRule":{"evaluationMode":3,"enforcementMode":1}}`, &got)
	if err != nil || code != http.StatusOK || got["globalPolicyEvaluationMode"] != "DISABLE" {
		t.Errorf("%d %v %v", code, got, err)
	}
}

func TestUnknownFieldsOfClusters(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{cluster}})
	var e errorAnswer
	code, err := call(t, s, "PUT", "/v1/"+cluster,
		`{"update":{"desiredBinaryAuthorization":{"evaluationMode":"DISABLED","fromTheFuture":1}}}`, &e)
	if err != nil || code != http.StatusOK {
		t.Errorf("%d %+v %v", code, e, err)
	}
}

func TestFieldMasks(t *testing.T) {
	t.Parallel()
	for _, ignore := range []bool{false, true} {
		s := start(t, emulator.Options{Clusters: []string{cluster}, IgnoreFieldMasks: ignore})
		ctx := metadata.AppendToOutgoingContext(t.Context(), "x-goog-fieldmask", "clusters.name,missing_zones")
		got, err := containerpb.NewClusterManagerClient(dial(t, s)).ListClusters(ctx,
			&containerpb.ListClustersRequest{Parent: "projects/demo/locations/-"})
		if err != nil || len(got.GetClusters()) != 1 || got.GetClusters()[0].GetName() != "prod" ||
			(got.GetClusters()[0].GetLocation() != "") != ignore {
			t.Errorf("gRPC, ignoring %t: %v %v", ignore, got, err)
		}
		for _, version := range []string{"v1", "v1beta1"} {
			var rest struct{ Clusters []map[string]any }
			_, err := call(t, s, "GET", "/"+version+"/projects/demo/locations/-/clusters?fields=clusters(name)", "", &rest)
			if err != nil || len(rest.Clusters) != 1 || rest.Clusters[0]["name"] != "prod" || (len(rest.Clusters[0]) > 1) != ignore {
				t.Errorf("%s, ignoring %t: %v %v", version, ignore, rest, err)
			}
		}
	}
}

func TestLegacyZonalPath(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Clusters: []string{"projects/demo/locations/us-central1-a/clusters/old"}})
	var got struct{ Name string }
	if code, err := call(t, s, "GET", "/v1/projects/demo/zones/us-central1-a/clusters/old", "", &got); code != http.StatusOK ||
		err != nil || got.Name != "old" {
		t.Errorf("%d %+v %v", code, got, err)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{Latency: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := client(t, s).GetPolicy(ctx, &pb.GetPolicyRequest{Name: "projects/p/policy"}); err == nil {
		t.Error("an answer came before its time")
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	taken := start(t, emulator.Options{})
	for want, o := range map[string]emulator.Options{
		"start the emulator": {Listen: taken.Addr()},
		"prod":               {Clusters: []string{"prod"}},
		"no kind of fault":   {Faults: []fault.Fault{{Method: "*", Kind: "odd"}}},
	} {
		if s, err := emulator.Start(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v %v", o, s, err)
		}
	}
}
