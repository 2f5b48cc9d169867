package gcp

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	aPod      = `{"metadata":{"name":"p","namespace":"ns"},"spec":{"serviceAccountName":"till","containers":[{"name":"c","image":"i"}]}}`
	aPodAsset = "//container.googleapis.com/projects/demo/locations/us-central1/clusters/prod/k8s/namespaces/ns/pods/p"
)

func TestPodsOfAllPages(t *testing.T) {
	t.Parallel()
	const zonal = "projects/demo/locations/us-central1-a/clusters/zonal"
	server, clients := emulated(t, emulator.Options{PageSize: 4, Clusters: []string{prodName.String(), zonal}})
	for i := range 10 {
		cluster := []string{prodName.String(), zonal}[i%2]
		manifest := fmt.Sprintf("{apiVersion: v1, kind: Pod, metadata: {name: p%d, namespace: ns}, spec: {containers: [{name: c, "+
			"image: i}]}}", i)
		if _, err := server.Pods().CreatePods(cluster, []byte(manifest)); err != nil {
			t.Fatal(err)
		}
	}
	inject(t, server, "ListAssets=unavailable,skip=1", "ListAssets=after:reset,skip=2", "ListAssets=resource_exhausted,skip=3")
	before := time.Now()
	got, err := clients.Pods(t.Context(), "projects/demo")
	if err != nil || len(got.Pods) != 10 || got.AsOf.Before(before) || got.AsOf.After(time.Now()) {
		t.Fatalf("%+v %v", got, err)
	}
	seen := map[string]bool{}
	for _, p := range got.Pods {
		seen[p.Cluster.String()+" "+p.Pod.Namespace+"/"+p.Pod.Name] = true
	}
	for i := range 10 {
		if name := []string{prodName.String(), zonal}[i%2] + fmt.Sprintf(" ns/p%d", i); !seen[name] {
			t.Errorf("%s is lost: %v", name, seen)
		}
	}
}

// inventoried are clients of a server with one page of assets.
func inventoried(t *testing.T, body string) *Clients {
	t.Helper()
	clients, _, _ := answering(t, said(http.StatusOK, "application/json", body))
	return clients
}

func TestNamesOfPods(t *testing.T) {
	t.Parallel()
	const regional = "projects/demo/locations/us-central1/clusters/prod ns p"
	named := func(old, changed string) string { return strings.Replace(aPodAsset, old, changed, 1) }
	for name, want := range map[string]string{
		aPodAsset: regional,
		named("locations/us-central1", "zones/us-central1-a"): "projects/demo/locations/us-central1-a/clusters/prod ns p",
		named("pods/p", "pods/p.q-0"):                         regional + ".q-0",
		named("demo", "example.com:demo"):                     strings.Replace(regional, "demo", "example.com:demo", 1),
	} {
		content := aPod
		if strings.HasSuffix(name, "q-0") {
			content = strings.Replace(aPod, `"name":"p","namespace":"ns"`, "", 1) // the name says it
		}
		body := fmt.Sprintf(`{"readTime":"2026-05-14T12:00:00Z","assets":[{"name":%q,"resource":{"data":%s}}]}`, name, content)
		got, err := inventoried(t, body).Pods(t.Context(), "projects/demo")
		if err != nil || len(got.Pods) != 1 {
			t.Errorf("%s: %v %v", name, got, err)
			continue
		}
		p := got.Pods[0]
		if text := p.Cluster.String() + " " + p.Pod.Namespace + " " + p.Pod.Name; text != want || p.Pod.ServiceAccount != "till" {
			t.Errorf("got %s, want %s", text, want)
		}
	}
}

// TestAssetsThatAreNoPods: no pod is left out: an unreadable one is an error with its name.
func TestAssetsThatAreNoPods(t *testing.T) {
	t.Parallel()
	const good, odd = `,"resource":{"data":` + aPod + `}`, "its name is not the name of a pod"
	named := func(old, changed string) string { return strings.Replace(aPodAsset, old, changed, 1) }
	for name, c := range map[string]struct{ asset, content, why string }{
		"no content":      {aPodAsset, "", "it has no content"},
		"empty content":   {aPodAsset, `,"resource":{}`, "not a pod"},
		"no containers":   {aPodAsset, `,"resource":{"data":{"metadata":{"name":"p"},"spec":{"containers":[]}}}`, "no containers"},
		"no image":        {aPodAsset, `,"resource":{"data":{"spec":{"containers":[{"name":"c"}]}}}`, `the container "c" has no image`},
		"no name":         {"", good, odd},
		"another thing":   {named("pods", "services"), good, odd},
		"a cluster":       {strings.Split(aPodAsset, "/k8s")[0], good, odd},
		"elsewhere":       {named("container.", "gkehub."), good, odd},
		"no such cluster": {named("clusters/prod", "clusters/PROD"), good, odd},
		"within a pod":    {aPodAsset + "/x", good, odd},
	} {
		body := `{"readTime":"2026-05-14T12:00:00Z","assets":[{"name":"` + c.asset + `"` + c.content + `}]}`
		_, err := inventoried(t, body).Pods(t.Context(), "projects/demo")
		expectKind(t, err, KindFailed)
		e, ok := errors.AsType[*Error](err)
		if !ok || !strings.Contains(e.Message, fmt.Sprintf("%q", c.asset)) || !strings.Contains(e.Message, c.why) ||
			!strings.Contains(e.Remedy, "does not skip unreadable pods") {
			t.Errorf("%s: %+v", name, err)
		}
	}
	for _, body := range []string{`{}`, `{"readTime":"noon"}`} {
		_, err := inventoried(t, body).Pods(t.Context(), "projects/demo")
		expectKind(t, err, KindFailed)
		if err == nil || !strings.Contains(err.Error(), "a list of assets without a time") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestAnInventoryThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for fault, c := range map[string]struct {
		kind   Kind
		remedy string
	}{
		"permission_denied": {KindDenied, "cloudasset.assets.listResource is missing. The role roles/cloudasset.viewer grants it"},
		"service_disabled":  {KindDisabled, "gcloud services enable cloudasset.googleapis.com --project=demo"},
	} {
		server, clients := emulated(t, emulator.Options{})
		inject(t, server, "ListAssets="+fault)
		_, err := clients.Pods(t.Context(), "projects/demo")
		expectKind(t, err, c.kind)
		if e, ok := errors.AsType[*Error](err); !ok || !strings.Contains(e.Remedy, c.remedy) {
			t.Errorf("%s: %+v", fault, err)
		}
	}
}

// TestWhereAnInventoryIsGranted: the command of a missing permission is for the scope.
func TestWhereAnInventoryIsGranted(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{
		"projects/demo":   ": gcloud projects add-iam-policy-binding demo --member=MEMBER --role=roles/cloudasset.viewer",
		"folders/7":       ": gcloud resource-manager folders add-iam-policy-binding 7 --member=MEMBER --role=roles/cloudasset.viewer",
		"organizations/7": ": gcloud organizations add-iam-policy-binding 7 --member=MEMBER --role=roles/cloudasset.viewer",
	} {
		server, clients := emulated(t, emulator.Options{})
		inject(t, server, "ListAssets=permission_denied")
		_, err := clients.Pods(t.Context(), scope)
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != KindDenied || !strings.HasSuffix(e.Remedy, want) {
			t.Errorf("%s: %+v", scope, err)
		}
	}
}

// TestWhoPaysForAnInventory: a project pays for its own list. The list of a folder has no paying
// project, because a folder cannot pay.
func TestWhoPaysForAnInventory(t *testing.T) {
	t.Parallel()
	for scope, want := range map[string]string{
		"projects/demo": "[demo]", "projects/123": "[123]", "folders/7": "[]", "organizations/7": "[]",
	} {
		server := record(t, true)
		clients := New(Config{
			AccessToken: canaryToken, UserProjectOverride: true, Project: "other", Endpoints: Endpoints{CloudAsset: server.URL},
		})
		_, _ = clients.Pods(t.Context(), scope)
		hangUp(clients)
		first := server.requests[0]
		if got := fmt.Sprint(first.Header.Values("X-Goog-User-Project")); got != want || first.URL.Path != "/v1/"+scope+"/assets" {
			t.Errorf("%s: %s %s", scope, first.URL.Path, got)
		}
	}
}
