package gke_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	beta "google.golang.org/api/container/v1beta1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

func names(b *beta.BinaryAuthorization) string {
	var all []string
	for _, p := range b.PolicyBindings {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func TestBindPolicies(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	number := "projects/" + c.world.ProjectNumber("demo")
	for _, mode := range []string{"POLICY_BINDINGS", both} {
		op, err := c.bind(zonal, mode, policy, number+"/platforms/gke/policies/second")
		must(t, err)
		equal(t, "status", op.Status, "PENDING")
		equal(t, "selfLink", op.SelfLink, "https://container.googleapis.com/v1beta1/"+number+"/zones/us-central1-a/operations/"+op.Name)
		c.pass(time.Minute)
		op, err = c.beta.Operations.Get(operationName(zonal, op.Name)).Do()
		must(t, err)
		equal(t, "status at last", op.Status, "DONE")
		b := c.betaGet(t, zonal).BinaryAuthorization
		equal(t, "the mode", b.EvaluationMode, mode)
		equal(t, "the bindings", names(b), number+"/platforms/gke/policies/baseline "+number+"/platforms/gke/policies/second")
	}
}

func TestBindingsAsSent(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	c.NormalizeBindings = false
	_, err := c.bind(zonal, "POLICY_BINDINGS", policy)
	must(t, err)
	equal(t, "the bindings", names(c.betaGet(t, zonal).BinaryAuthorization), policy)
	equal(t, "the bindings in the history", c.History(zonal)[1].Bindings[0], policy)
}

func TestUpdateReplacesTheWholeSetting(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	_, err := c.bind(zonal, both, policy)
	must(t, err)
	v1 := c.get(t, zonal).BinaryAuthorization
	equal(t, "the mode in v1", v1.EvaluationMode, 4)
	equal(t, "the size of the unknown fields in v1", len(v1.ProtoReflect().GetUnknown()), 0)
	_, err = c.set(t, zonal, 2)
	must(t, err)
	b := c.betaGet(t, zonal).BinaryAuthorization
	equal(t, "the mode", b.EvaluationMode, enforce)
	equal(t, "the bindings", names(b), "")
}

func TestBindingRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, fmt.Sprintf("%s-%d", policy, i))
	}
	numbered := strings.Replace(policy, "demo", c.world.ProjectNumber("demo"), 1)
	for what, want := range map[string]struct {
		mode     string
		policies []string
	}{
		"unknown mode":            {"POLICIES", []string{policy}},
		"no bindings":             {"POLICY_BINDINGS", nil},
		"bindings without mode":   {"", []string{policy}},
		"bindings when disabled":  {"DISABLED", []string{policy}},
		"bindings with singleton": {enforce, []string{policy}},
		"too many":                {both, eleven},
		"short name":              {both, []string{"baseline"}},
		"other platform":          {both, []string{"projects/demo/platforms/cloudRun/policies/baseline"}},
		"bad id":                  {both, []string{"projects/demo/platforms/gke/policies/a.b"}},
		"twice":                   {both, []string{policy, policy}},
		"id and number":           {both, []string{policy, numbered}},
	} {
		_, err := c.bind(zonal, want.mode, want.policies...)
		t.Log(what)
		refusedREST(t, err, 400, "")
		_, err = c.beta.Clusters.Create("projects/demo/locations/us-central1-a", &beta.CreateClusterRequest{
			Cluster: &beta.Cluster{Name: "new", BinaryAuthorization: setting(want.mode, want.policies...)},
		}).Do()
		refusedREST(t, err, 400, "")
	}
	_, err := c.bind(zonal, both, eleven[:10]...)
	must(t, err)
}

func TestBetaUpdateRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	update := func(u *beta.ClusterUpdate) error {
		_, err := c.beta.Clusters.Update(zonal, &beta.UpdateClusterRequest{Update: u}).Do()
		return err
	}
	refusedREST(t, update(nil), 400, "Must provide an update.")
	refusedREST(t, update(&beta.ClusterUpdate{}), 400, "Must provide an update.")
	refusedREST(t, update(&beta.ClusterUpdate{DesiredBinaryAuthorization: setting(enforce), Etag: "stale"}), 409, "")
	refusedREST(t, update(&beta.ClusterUpdate{DesiredBinaryAuthorization: setting(enforce), DesiredLoggingService: "none"}), 400, "")
	must(t, update(&beta.ClusterUpdate{DesiredBinaryAuthorization: setting(enforce), Etag: c.betaGet(t, zonal).Etag}))
	must(t, update(&beta.ClusterUpdate{DesiredLoggingService: "none"}))
	equal(t, "loggingService", c.betaGet(t, zonal).LoggingService, "none")
	_, err := c.bind(regional, enforce)
	refusedREST(t, err, 404, "Not found: projects/demo/locations/europe-west1/clusters/dev.")
}

func TestBetaCreateAndDelete(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	op, err := c.beta.Clusters.Create("projects/demo/locations/us-central1-a", &beta.CreateClusterRequest{
		Cluster: &beta.Cluster{Name: "prod", InitialNodeCount: 2, BinaryAuthorization: setting(both, policy)},
	}).Do()
	must(t, err)
	equal(t, "operationType", op.OperationType, "CREATE_CLUSTER")
	m := c.betaGet(t, zonal)
	equal(t, "the mode", m.BinaryAuthorization.EvaluationMode, both)
	equal(t, "the size of the pool", m.NodePools[0].InitialNodeCount, 2)
	equal(t, "maxPodsPerNode", m.DefaultMaxPodsConstraint.MaxPodsPerNode, 110)
	_, err = c.beta.Clusters.Create("projects/demo/locations/us-central1-a",
		&beta.CreateClusterRequest{Cluster: &beta.Cluster{Name: "prod"}}).Do()
	refusedREST(t, err, 409, "Already exists: projects/demo/zones/us-central1-a/clusters/prod.")
	_, err = c.beta.Clusters.Create("projects/demo/locations/us-central1-a", &beta.CreateClusterRequest{}).Do()
	refusedREST(t, err, 400, "Must provide a cluster.")
	op, err = c.beta.Clusters.Delete(zonal).Do()
	must(t, err)
	equal(t, "operationType", op.OperationType, "DELETE_CLUSTER")
	_, err = c.beta.Clusters.Get(zonal).Do()
	refusedREST(t, err, 404, "Not found: projects/demo/zones/us-central1-a/clusters/prod.")
	_, err = c.beta.Clusters.Delete(zonal).Do()
	refusedREST(t, err, 404, "")
}

func TestBetaFailure(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	c.FailNextOperation(zonal, "no such code", "it broke", true)
	op, err := c.bind(zonal, enforce)
	must(t, err)
	op, err = c.beta.Operations.Get(operationName(zonal, op.Name)).Do()
	must(t, err)
	equal(t, "error.message", op.Error.Message, "it broke")
	equal(t, "error.code", op.Error.Code, 2)
	equal(t, "statusMessage", op.StatusMessage, "it broke")
	if b := c.betaGet(t, zonal).BinaryAuthorization; b != nil {
		t.Errorf("the setting is %v, want none", b)
	}
}

// raw sends a body the client library cannot write.
func raw(ctx context.Context, c *cloud, method, path, body string) (any, error) {
	mux, answer, failed := http.NewServeMux(), any(nil), error(nil)
	for _, route := range c.Routes() {
		mux.HandleFunc(route.Pattern, func(_ http.ResponseWriter, r *http.Request) { answer, failed = route.Handle(r) })
	}
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body)))
	return answer, failed
}

func TestBetaJSON(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	path := "/v1beta1/" + zonal
	for body, accepted := range map[string]bool{
		`{"update":{"desiredBinaryAuthorization":{"evaluationMode":"DISABLED","later":1},"later":{}},"later":[]}`: true,
		`{"update":{"desiredBinaryAuthorization":null}}`:                                                          false,
		`{"update":{"later":true}}`: false,
		`{"update":null}`:           false,
		`{"update":7}`:              false,
		`{"update":{"desiredBinaryAuthorization":"on"}}`:      false,
		`{"update":{"desiredLoggingService":{"not":"text"}}}`: false,
		`{`: false,
		``:  false,
	} {
		if _, err := raw(t.Context(), c, "PUT", path, body); (err == nil) != accepted {
			t.Errorf("%s: the error is %v", body, err)
		}
	}
	answer, err := raw(t.Context(), c, "GET", path, "")
	must(t, err)
	text, err := json.Marshal(answer)
	must(t, err)
	if !strings.Contains(string(text), `"binaryAuthorization":{"evaluationMode":"DISABLED"}`) ||
		!strings.Contains(string(text), `"legacyAbac":{}`) {
		t.Errorf("the cluster is %s", text)
	}
}

// TestBetaNamesOfProtobuf: a body can have the names of the protobufs, as in all JSON of protocol
// buffers. A name in another case is an unknown one, and ignored.
func TestBetaNamesOfProtobuf(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	path := "/v1beta1/" + zonal
	for _, k := range []struct{ body, mode, bindings string }{
		{`{"update":{"desired_binary_authorization":{"evaluation_mode":"` + enforce + `"}}}`, enforce, ""},
		{
			`{"update":{"desiredBinaryAuthorization":{"evaluation_mode":"POLICY_BINDINGS","policy_bindings":[{"name":"` + policy + `"}]}}}`,
			"POLICY_BINDINGS", strings.Replace(policy, "demo", c.world.ProjectNumber("demo"), 1),
		},
		{`{"update":{"desired_binary_authorization":{"enabled":true}}}`, enforce, ""},
		{`{"update":{"desired_binary_authorization":{"Evaluation_Mode":"` + enforce + `"}}}`, "", ""},
	} {
		_, err := raw(t.Context(), c, "PUT", path, k.body)
		must(t, err)
		b := c.betaGet(t, zonal).BinaryAuthorization
		equal(t, "the mode after "+k.body, b.EvaluationMode, k.mode)
		equal(t, "the bindings after "+k.body, names(b), k.bindings)
	}
	_, err := raw(t.Context(), c, "POST", "/v1beta1/projects/demo/locations/europe-west1/clusters",
		`{"cluster":{"name":"dev","binary_authorization":{"evaluation_mode":"`+enforce+`"}}}`)
	must(t, err)
	equal(t, "the mode of a new cluster", c.betaGet(t, regional).BinaryAuthorization.EvaluationMode, enforce)
	for _, body := range []string{
		`{"update":{"desired_binary_authorization":{},"desiredBinaryAuthorization":{}}}`,
		`{"update":{"desired_binary_authorization":{"evaluation_mode":"DISABLED","evaluationMode":"DISABLED"}}}`,
		`{"update":{"desired_binary_authorization":{"evaluation_mode":"ENFORCE"}}}`,
		`{"update":{"desired_binary_authorization":{"evaluation_mode":"DISABLED"},"desired_logging_service":"none"}}`,
	} {
		if _, err := raw(t.Context(), c, "PUT", path, body); err == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

// TestAnswersHaveTheNamesOfV1beta1: the type of a route's answer has all names of the answer. Field
// masks are checked against it.
func TestAnswersHaveTheNamesOfV1beta1(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	op, err := c.bind(zonal, both, policy)
	must(t, err)
	mux := http.NewServeMux()
	for _, route := range c.Routes() {
		mux.HandleFunc(route.Pattern, func(_ http.ResponseWriter, r *http.Request) {
			answer, err := route.Handle(r)
			must(t, err)
			text, err := json.Marshal(answer)
			must(t, err)
			if err := world.ReadJSON(bytes.NewReader(text), reflect.New(reflect.TypeOf(route.Answer)).Interface()); err != nil {
				t.Errorf("%s: %v", route.Method, err)
			}
		})
	}
	for _, path := range []string{
		"clusters", "clusters/prod", "clusters/prod/nodePools", "clusters/prod/nodePools/default-pool", "operations", "serverConfig",
		"operations/" + op.Name,
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1beta1/projects/demo/locations/us-central1-a/"+path, nil)
		mux.ServeHTTP(httptest.NewRecorder(), r)
	}
}

func TestRouteNames(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, route := range start(t, 0).Routes() {
		seen[route.Method]++
		if route.Answer == nil {
			t.Errorf("%s: the type of the answer is missing", route.Method)
		}
	}
	for _, m := range []string{
		"GetCluster", "ListClusters", "CreateCluster", "UpdateCluster", "DeleteCluster", "GetOperation", "ListOperations",
		"GetServerConfig", "SetLabels", "ListNodePools", "CreateNodePool", "GetNodePool", "DeleteNodePool",
	} {
		equal(t, m, seen["google.container.v1beta1.ClusterManager/"+m], 2)
	}
}

func TestBetaUnknownOperation(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	_, err := c.beta.Operations.Get("projects/demo/locations/us-central1-a/operations/operation-0").Do()
	refusedREST(t, err, 404, "Not found: projects/demo/zones/us-central1-a/operations/operation-0.")
}

func TestBetaServerConfig(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	config, err := c.beta.GetServerConfig("projects/demo/locations/us-central1").Do()
	must(t, err)
	equal(t, "defaultClusterVersion", config.DefaultClusterVersion, c.betaGet(t, zonal).CurrentMasterVersion)
	config, err = c.zones.GetServerconfig("demo", "us-central1-a").Do()
	must(t, err)
	equal(t, "whether the default is a valid version", slices.Contains(config.ValidMasterVersions, config.DefaultClusterVersion), true)
	equal(t, "the number of channels", len(config.Channels), 4)
}
