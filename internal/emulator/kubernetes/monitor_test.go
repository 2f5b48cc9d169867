package kubernetes_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	discovery "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/api/option"
)

const (
	monitored = `logName:"binaryauthorization.googleapis.com%2Fcontinuous_validation"`
	bound     = "projects/demo/platforms/gke/policies/"
	bindings  = "POLICY_BINDINGS"
)

// platformPolicy makes or replaces a platform policy.
func (b *bench) platformPolicy(t *testing.T, id string, sets ...*discovery.CheckSet) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	c, err := discovery.NewService(t.Context(), option.WithEndpoint("http://"+b.Addr()), option.WithHTTPClient(client))
	check(t, err)
	p := &discovery.PlatformPolicy{GkePolicy: &discovery.GkePolicy{CheckSets: sets}}
	if _, err = c.Projects.Platforms.Policies.ReplacePlatformPolicy(bound+id, p).Context(t.Context()).Do(); err != nil {
		_, err = c.Projects.Platforms.Policies.Create("projects/demo/platforms/gke", p).PolicyId(id).Context(t.Context()).Do()
	}
	check(t, err)
}

// denying is a check set that denies all images but the given exemptions.
func denying(name string, scope *discovery.Scope, exempted ...string) *discovery.CheckSet {
	s := &discovery.CheckSet{DisplayName: name, Scope: scope, Checks: []*discovery.Check{
		{
			DisplayName:    "exempting",
			AlwaysDeny:     true,
			ImageAllowlist: &discovery.ImageAllowlist{AllowPattern: []string{"us-docker.pkg.dev/**"}},
		},
		{DisplayName: "none", AlwaysDeny: true},
	}}
	if len(exempted) > 0 {
		s.Checks[1].ImageAllowlist = &discovery.ImageAllowlist{AllowPattern: exempted}
	}
	return s
}

func TestPodsAreMonitoredAndAdmitted(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{bindings, "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"} {
		b := start(t)
		b.platformPolicy(t, "strict", denying("of ns", &discovery.Scope{KubernetesNamespace: "ns"}),
			denying("rest", nil, "us-docker.pkg.dev/**"))
		b.platformPolicy(t, "lenient", denying("", nil, "us-docker.pkg.dev/**"))
		check(t, b.GKE().SetBinaryAuthorization(cluster, mode, bound+"strict", bound+"lenient"))
		const exempt = "us-docker.pkg.dev/demo/app/other" + digest
		manifest := "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ns}\nspec:\n" +
			"  initContainers: [{name: set-up, image: " + image + "}]\n  containers: [{name: web, image: " + image + "}]\n"
		result, err := b.Pods().CreatePod(cluster, []byte(manifest))
		if err != nil || !result.Admitted || result.DryRun {
			t.Fatalf("%+v, %v", result, err)
		}
		if result, err := b.Pods().CreatePod(cluster, pod("fine", exempt)); err != nil || !result.Admitted {
			t.Fatalf("%+v, %v", result, err)
		}
		entries := b.entries(t, monitored)
		if len(entries) != 1 {
			t.Fatalf("%d entries: %v", len(entries), entries)
		}
		e := entries[0]
		name := "projects/" + b.World().ProjectNumber("demo") + "/platforms/gke/policies/strict"
		for path, want := range map[string]any{
			"severity": "WARNING", "logName": "projects/demo/logs/binaryauthorization.googleapis.com%2Fcontinuous_validation",
			"resource.type": "k8s_cluster", "resource.labels.cluster_name": "prod", "resource.labels.location": "us-central1",
			"resource.labels.project_id": "demo",
			"jsonPayload.@type":          "type.googleapis.com/google.cloud.binaryauthorization.v1beta1.ContinuousValidationEvent",
			"jsonPayload.podEvent.pod":   "web", "jsonPayload.podEvent.podNamespace": "ns", "jsonPayload.podEvent.policyName": name,
			"jsonPayload.podEvent.verdict": "VIOLATES_POLICY", "jsonPayload.podEvent.endTime": nil,
		} {
			if got := at(e, steps(path)...); got != want {
				t.Errorf("%s is %v, want %v", path, got, want)
			}
		}
		images, _ := at(e, steps("jsonPayload.podEvent.images")...).([]any)
		if len(images) != 2 || at(images, 0, "containerType") != "INIT_CONTAINER" || at(images, 1, "containerName") != "web" ||
			at(images, 1, "result") != "DENY" || at(images, 1, "image") != image {
			t.Errorf("%v", images)
		}
		checks, _ := at(images, 0, "checkResults").([]any)
		if len(checks) != 1 || at(checks, 0, "checkSetIndex") != "0" || at(checks, 0, "checkSetName") != "of ns" ||
			at(checks, 0, "checkIndex") != "1" || at(checks, 0, "checkName") != "none" ||
			at(checks, 0, "verdict") != "NON_CONFORMANT" || at(checks, 0, "checkType") != "AlwaysDeny" ||
			at(checks, 0, "checkSetScope", "kubernetesNamespace") != "ns" ||
			!strings.Contains(at(checks, 0, "explanation").(string), "NOT_CONFORMANT") {
			t.Errorf("%v", checks)
		}
		if deployed, err := time.Parse(time.RFC3339, at(e, steps("jsonPayload.podEvent.deployTime")...).(string)); err != nil ||
			deployed.IsZero() {
			t.Error(err)
		}
	}
}

// steps are the steps of a path with dots.
func steps(path string) (all []any) {
	for s := range strings.SplitSeq(path, ".") {
		all = append(all, s)
	}
	return all
}

func TestTheMonitorRuns(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.platformPolicy(t, "p", denying("", nil, "us-docker.pkg.dev/**"))
	check(t, b.GKE().SetBinaryAuthorization(cluster, bindings, bound+"p"))
	for _, name := range []string{"a", "b"} {
		for _, c := range []string{cluster, zonal} {
			_, err := b.Pods().CreatePod(c, pod(name, image)) // nothing is bound to the zonal one
			check(t, err)
		}
	}
	run := func(want int) {
		t.Helper()
		before := len(b.entries(t, monitored))
		if got, err := b.Pods().Monitor(); err != nil || got != want || len(b.entries(t, monitored)) != before+want {
			t.Errorf("%d entries, %v, want %d", got, err, want)
		}
	}
	run(0)
	b.platformPolicy(t, "p", denying("", nil))
	run(2)
	run(2)
	check(t, b.Pods().DeletePod(cluster, "default", "a"))
	run(2)
	ended := 0
	for _, e := range b.entries(t, monitored) {
		if at(e, steps("jsonPayload.podEvent.endTime")...) != nil {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("%d entries of a pod that has ended", ended)
	}
	run(1)
	check(t, b.GKE().SetBinaryAuthorization(cluster, enforce))
	run(0)
}

func TestAPolicyThatDoesNotExist(t *testing.T) {
	t.Parallel()
	b := start(t)
	check(t, b.GKE().SetBinaryAuthorization(zonal, bindings, bound+"none"))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+b.Addr()+"/emulator/v1/pods:monitor", nil)
	check(t, err)
	reply, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	check(t, err)
	text, err := io.ReadAll(reply.Body)
	_ = reply.Body.Close()
	if err != nil || strings.Join(strings.Fields(string(text)), "") != `{"entries":1}` {
		t.Errorf("%s, %v", text, err)
	}
	if result, err := b.Pods().CreatePod(zonal, pod("web", image)); err != nil || !result.Admitted {
		t.Errorf("%+v, %v", result, err)
	}
	entries := b.entries(t, monitored+` "configErrorEvent"`)
	want := "Cannot monitor cluster 'us-central1-a.zonal': Resource projects/" + b.World().ProjectNumber("demo") +
		"/platforms/gke/policies/none does not exist."
	if len(entries) != 2 || at(entries[0], steps("jsonPayload.configErrorEvent.description")...) != want ||
		at(entries[0], steps("resource.labels.location")...) != "us-central1-a" {
		t.Errorf("%v, want %q", entries, want)
	}
}

func TestAClusterThatIsGoneIsNotMonitored(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.platformPolicy(t, "p", denying("", nil))
	for range 2 {
		check(t, b.GKE().SetBinaryAuthorization(cluster, bindings, bound+"p"))
		for _, name := range []string{"a", "b"} {
			_, err := b.Pods().CreatePod(cluster, pod(name, image))
			check(t, err)
		}
		check(t, b.Pods().DeletePod(cluster, "default", "a"))
		check(t, b.GKE().DeleteCluster(cluster))
		check(t, b.GKE().AddCluster(cluster))
		check(t, b.GKE().SetBinaryAuthorization(cluster, bindings, bound+"p"))
		if got, err := b.Pods().Monitor(); err != nil || got != 0 {
			t.Errorf("%d, %v", got, err)
		}
	}
}

// TestMonitoredPodsHaveTheDefaultAccount: a pod in a cluster has a namespace and a service account,
// even if its manifest names neither.
func TestMonitoredPodsHaveTheDefaultAccount(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.platformPolicy(t, "p", &discovery.CheckSet{
		Scope: &discovery.Scope{KubernetesServiceAccount: "default:default"},
	}, denying("rest", nil))
	check(t, b.GKE().SetBinaryAuthorization(cluster, bindings, bound+"p"))
	manifest := "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: web, image: " + image + "}]\n"
	if result, err := b.Pods().CreatePod(cluster, []byte(manifest)); err != nil || !result.Admitted {
		t.Fatalf("%+v, %v", result, err)
	}
	if entries := b.entries(t, monitored); len(entries) != 0 {
		t.Errorf("%v", entries)
	}
}
