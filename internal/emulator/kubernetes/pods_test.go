package kubernetes_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/kubernetes"
)

func TestInventory(t *testing.T) {
	t.Parallel()
	b := start(t)
	manifest := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},
		"spec":{"serviceAccountName":"till","containers":[{"name":"a","image":"` + image + `"}],
		"initContainers":[{"name":"b","image":"nginx:1"}],"ephemeralContainers":[{"name":"c","image":"acme/debug"}]}}`
	b.Pods().SetDigest("nginx:1", "sha256:1111111111111111111111111111111111111111111111111111111111111111")
	if got, err := b.CreatePod(zonal, []byte(manifest)); err != nil ||
		got != (kubernetes.PodResult{Name: "web", Namespace: "shop", Admitted: true}) {
		t.Fatalf("%+v %v", got, err)
	}
	found := b.running(t)
	const name = "//container.googleapis.com/projects/demo/zones/us-central1-a/clusters/zonal/k8s/namespaces/shop/pods/web"
	if len(found) != 1 || found[0].GetName() != name ||
		found[0].GetResource().GetLocation() != "us-central1-a" {
		t.Fatalf("%v", found)
	}
	data := found[0].GetResource().GetData().AsMap()
	for _, c := range []struct {
		want any
		path []any
	}{
		{nil, []any{"kind"}},
		{nil, []any{"apiVersion"}},
		{"web", []any{"metadata", "labels", "app"}},
		{"till", []any{"spec", "serviceAccountName"}},
		{"Running", []any{"status", "phase"}},
		{image, []any{"status", "containerStatuses", 0, "imageID"}},
		{"docker.io/library/nginx@sha256:1111111111111111111111111111111111111111111111111111111111111111", []any{
			"status",
			"initContainerStatuses", 0, "imageID",
		}},
		{"nginx:1", []any{"status", "initContainerStatuses", 0, "image"}},
		{"c", []any{"status", "ephemeralContainerStatuses", 0, "name"}},
	} {
		if got := at(data, c.path...); got != c.want {
			t.Errorf("%v: %v, want %v", c.path, got, c.want)
		}
	}
	id := at(data, "status", "ephemeralContainerStatuses", 0, "imageID").(string)
	if !strings.HasPrefix(id, "docker.io/acme/debug@sha256:") {
		t.Error(id)
	}
}

func TestSeveralObjects(t *testing.T) {
	t.Parallel()
	b := start(t)
	manifest := string(pod("a", "nginx")) + "---\n" + string(pod("b", "nginx")) + "---\n" +
		`{"apiVersion":"v1","kind":"List","items":[` + workload("Job", "batch/v1", "c", "") + "]}\n" + workload("Job", "batch/v1", "d", "")
	pods, err := b.Pods().CreatePods(cluster, []byte(manifest))
	if err != nil || len(pods) != 4 || pods[0].Name != "a" || !strings.HasPrefix(pods[2].Name, "c-") ||
		!strings.HasPrefix(pods[3].Name, "d-") {
		t.Errorf("%+v %v", pods, err)
	}
	for what, manifest := range map[string]string{
		"empty": "", "no YAML": "{", "a service": "apiVersion: v1\nkind: Service\n",
		"no image": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n",
		"no name":  string(pod("''", "nginx")),
	} {
		if _, err := b.CreatePod(cluster, []byte(manifest)); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := b.CreatePod(cluster+"x", pod("z", "nginx")); status.Code(err) != codes.NotFound {
		t.Errorf("no cluster: %v", err)
	}
}

func TestANameIsTakenOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	_, err := b.CreatePod(cluster, pod("web", "nginx"))
	check(t, err)
	if _, err = b.CreatePod(cluster, pod("web", "nginx")); status.Code(err) != codes.AlreadyExists ||
		!strings.Contains(err.Error(), `pods "web" already exists`) {
		t.Errorf("%v", err)
	}
	if len(b.entries(t, `protoPayload.response.reason="AlreadyExists"`)) != 1 || len(b.running(t)) != 1 {
		t.Error("no entry, or another pod")
	}
}

func TestDeletion(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, c := range []string{cluster, zonal} {
		for _, name := range []string{"a", "b"} {
			_, err := b.CreatePod(c, pod(name, "nginx"))
			check(t, err)
		}
	}
	check(t, b.Pods().DeletePod(cluster, "default", "a"))
	if err := b.Pods().DeletePod(cluster, "default", "a"); status.Code(err) != codes.NotFound {
		t.Errorf("again: %v", err)
	}
	if len(b.running(t)) != 3 || len(b.entries(t, `protoPayload.methodName="io.k8s.core.v1.pods.delete"`)) != 1 {
		t.Error("it is there, or has no entry")
	}
	check(t, b.GKE().DeleteCluster(zonal))
	if found := b.running(t); len(found) != 1 || !strings.HasSuffix(found[0].GetName(), "/clusters/prod/k8s/namespaces/default/pods/b") {
		t.Errorf("%v", found)
	}
}

func TestThePast(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	then := time.Now().Add(-40 * 24 * time.Hour).UTC().Truncate(time.Second)
	pods, err := b.Pods().CreatePodsAt(then, cluster, []byte(workload("Deployment", "apps/v1", "web", `,"replicas":500`)))
	if err != nil || len(pods) != 500 {
		t.Fatalf("%d %v", len(pods), err)
	}
	if found := b.entries(t, denials+` timestamp="`+then.Format(time.RFC3339)+`"`); len(found) != 500 {
		t.Errorf("%d entries", len(found))
	}
}

func TestManyPodsAreCheap(t *testing.T) {
	t.Parallel()
	b := start(t)
	began := time.Now()
	_, err := b.CreatePod(cluster, []byte(workload("Deployment", "apps/v1", "web", `,"replicas":1000`)))
	check(t, err)
	made := time.Now()
	if found := b.running(t); len(found) != 1000 {
		t.Errorf("%d pods", len(found))
	}
	t.Logf("made in %v, listed in %v", made.Sub(began), time.Since(made))
}

func TestControlMethods(t *testing.T) {
	t.Parallel()
	b := start(t)
	call := func(method, path, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+b.Addr()+"/emulator/v1/"+path, strings.NewReader(body))
		check(t, err)
		reply, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		check(t, err)
		defer func() { _ = reply.Body.Close() }()
		text, err := io.ReadAll(reply.Body)
		check(t, err)
		return reply.StatusCode, strings.Join(strings.Fields(string(text)), " ")
	}
	for _, c := range []struct {
		method, path, body string
		code               int
		text               string
	}{
		{
			"POST", cluster + "/pods", string(pod("web", "nginx")), 200,
			`{ "pods": [ { "name": "web", "namespace": "default", "admitted": true, "dryRun": false } ] }`,
		},
		{"POST", cluster + "/pods", string(pod("web", "nginx")), 409, "already exists"},
		{"POST", cluster + "/pods", "kind: Secret", 400, "INVALID_ARGUMENT"},
		{"POST", cluster + "x/pods", string(pod("web", "nginx")), 404, "NOT_FOUND"},
		{"DELETE", cluster + "/namespaces/default/pods/web", "", 200, "{}"},
		{"DELETE", cluster + "/namespaces/default/pods/web", "", 404, "NOT_FOUND"},
	} {
		if code, text := call(c.method, c.path, c.body); code != c.code || !strings.Contains(text, c.text) {
			t.Errorf("%s %s: %d %s", c.method, c.path, code, text)
		}
	}
	b.policy(t, denyAll)
	if code, text := call("POST", cluster+"/pods", string(pod("web", "nginx"))); code != 403 ||
		!strings.Contains(text, `"message": "Error from server (VIOLATES_POLICY): error when creating \"STDIN\": admission webhook`) {
		t.Errorf("%d %s", code, text)
	}
}
