package binauthz_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/googleapi"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	digest   = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	exempted = "us-docker.pkg.dev/p/base/web" + digest
	denied   = "us-docker.pkg.dev/p/app/web" + digest
)

func template(images ...string) string {
	var containers []string
	for _, i := range images {
		containers = append(containers, `{"name":"c","image":"`+i+`"}`)
	}
	return `{"metadata":{"namespace":"ns"},"spec":{"serviceAccountName":"sa","containers":[` + strings.Join(containers, ",") + `]}}`
}

func pod(images ...string) string {
	return strings.Replace(template(images...), `{"metadata":{`, `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"",`, 1)
}

// evaluation is an emulator with a policy: base images are exempt, all others are denied.
func evaluation(t *testing.T) func(resource string) (*discovery.EvaluateGkePolicyResponse, error) {
	t.Helper()
	c := discovered(t, start(t, emulator.Options{}))
	p := checks(&discovery.Check{AlwaysDeny: true, DisplayName: "none"})
	p.GkePolicy.ImageAllowlist = &discovery.ImageAllowlist{AllowPattern: []string{"us-docker.pkg.dev/p/base/**"}}
	if _, err := c.Projects.Platforms.Policies.Create(gkePolicies, p).PolicyId("a").Context(t.Context()).Do(); err != nil {
		t.Fatal(err)
	}
	return func(resource string) (*discovery.EvaluateGkePolicyResponse, error) {
		request := &discovery.EvaluateGkePolicyRequest{Resource: googleapi.RawMessage(resource)}
		return c.Projects.Platforms.Gke.Policies.Evaluate(gkePolicies+"/policies/a", request).Context(t.Context()).Do()
	}
}

func TestEvaluate(t *testing.T) {
	t.Parallel()
	evaluate := evaluation(t)
	got, err := evaluate(pod(exempted, denied))
	if err != nil {
		t.Fatal(err)
	}
	got.ServerResponse = googleapi.ServerResponse{}
	want := &discovery.EvaluateGkePolicyResponse{Verdict: "NON_CONFORMANT", Results: []*discovery.PodResult{{
		KubernetesNamespace: "ns", KubernetesServiceAccount: "sa", Verdict: "NON_CONFORMANT", ImageResults: []*discovery.ImageResult{
			{
				ImageUri:        exempted,
				Verdict:         "CONFORMANT",
				AllowlistResult: &discovery.AllowlistResult{MatchedPattern: "us-docker.pkg.dev/p/base/**"},
			},
			{ImageUri: denied, Verdict: "NON_CONFORMANT", CheckSetResult: &discovery.CheckSetResult{
				CheckResults: &discovery.CheckResults{Results: []*discovery.CheckResult{{
					DisplayName: "none", Type: "AlwaysDeny", EvaluationResult: &discovery.EvaluationResult{Verdict: "NON_CONFORMANT"},
					Explanation: got.Results[0].ImageResults[1].CheckSetResult.CheckResults.Results[0].Explanation,
				}}},
			}},
		},
	}}}
	if !reflect.DeepEqual(got, want) {
		text, _ := json.Marshal(got)
		t.Errorf("%s", text)
	}
}

func TestKindsThatAreEvaluated(t *testing.T) {
	t.Parallel()
	evaluate := evaluation(t)
	resources := map[string]string{"Pod": pod(denied)}
	for kind, version := range map[string]string{
		"Deployment": "apps/v1", "ReplicaSet": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "Job": "batch/v1",
		"ReplicationController": "v1",
	} {
		resources[kind] = `{"apiVersion":"` + version + `","kind":"` + kind +
			`","metadata":{"name":"w","namespace":"ns"},"spec":{"template":` + template(denied) + `}}`
	}
	for kind, object := range resources {
		quoted, _ := json.Marshal(object)
		commented, _ := json.Marshal("# a comment\n---\n" + object + "\n---\n")
		for _, resource := range []string{object, string(quoted), string(commented)} {
			got, err := evaluate(resource)
			if err != nil || got.Verdict != "NON_CONFORMANT" || got.Results[0].KubernetesNamespace != "ns" {
				t.Errorf("%s as %.20s…: %+v, %v", kind, resource, got, err)
			}
		}
	}
}

func TestResourcesThatAreNotEvaluated(t *testing.T) {
	t.Parallel()
	evaluate := evaluation(t)
	cron := `{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"c"},"spec":{"jobTemplate":{"spec":{"template":` +
		template(denied) + `}}}}`
	two, _ := json.Marshal(pod(denied) + "\n---\n" + pod(denied))
	joined, _ := json.Marshal(pod(denied) + "\n" + pod(denied))
	trailing, _ := json.Marshal(pod(denied) + "\nkind: Pod")
	for resource, text := range map[string]string{
		`null`:        "resource is required",
		`""`:          "resource is required",
		`"# nothing"`: "resource is required",
		`{}`:          "of kind ''",
		`5`:           "",
		`"{{"`:        "",
		cron:          "of kind 'CronJob'",
		`{"apiVersion":"v1","kind":"List","items":[` + pod(denied) + `]}`: "of kind 'List'",
		`{"apiVersion":"v1","kind":"Service","metadata":{}}`:              "of kind 'Service'",
		pod():   "no containers",
		pod(""): "has no image",
		`{"apiVersion":"v1","kind":"Deployment","spec":` + template() + `}`: "kind Deployment of v1",
		string(two):      "one Kubernetes object, not 2",
		string(joined):   "one Kubernetes object, not 2",
		string(trailing): "text after the end of the object",
	} {
		_, err := evaluate(resource)
		refused(t, err, 400, text)
	}
}

func TestPoliciesThatDoNotEvaluate(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Options{})
	c := discovered(t, s).Projects.Platforms.Gke.Policies
	request := &discovery.EvaluateGkePolicyRequest{Resource: googleapi.RawMessage(pod(denied))}
	for policy, text := range map[string]string{
		gkePolicies + "/policies/a":                 "Requested entity was not found.",
		"projects/p/platforms/cloudRun/policies/a":  "Method not found.",
		"projects/p/platforms/somewhere/policies/a": "Method not found.",
	} {
		_, err := c.Evaluate(policy, request).Context(t.Context()).Do()
		refused(t, err, 404, text)
	}
	_, err := c.Evaluate(gkePolicies+"/policies/a.b", request).Context(t.Context()).Do()
	refused(t, err, 400, "The policy id 'a.b' is not valid.")
}
