package workload_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

const template = `{metadata: {labels: {app: web}}, spec: {serviceAccountName: robot, initContainers: [{name: set-up, image: init}], ` +
	`containers: [{name: web, image: web}]}}`

// manifests are one object of each kind, with the path to its template.
var manifests = map[string]string{
	"Deployment": `{apiVersion: apps/v1, kind: Deployment, metadata: {name: app, namespace: ns}, ` +
		`spec: {replicas: 3, template: T}}`,
	"ReplicaSet": `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: app, namespace: ns}, ` +
		`spec: {replicas: 3, template: T}}`,
	"StatefulSet": `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: app, namespace: ns}, ` +
		`spec: {replicas: 3, template: T}}`,
	"ReplicationController": `{apiVersion: v1, kind: ReplicationController, metadata: {name: app, namespace: ns}, ` +
		`spec: {replicas: 3, template: T}}`,
	"DaemonSet": `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: app, namespace: ns}, spec: {template: T}}`,
	"Job":       `{apiVersion: batch/v1, kind: Job, metadata: {name: app, namespace: ns}, spec: {template: T}}`,
	"CronJob": `{apiVersion: batch/v1, kind: CronJob, metadata: {name: app, namespace: ns}, ` +
		`spec: {jobTemplate: {spec: {template: T}}}}`,
}

func manifest(kind string) string { return strings.Replace(manifests[kind], "T}", template+"}", 1) }

func TestPodsOfEveryKind(t *testing.T) {
	t.Parallel()
	for kind := range manifests {
		pods, err := workload.ParseManifests(manifest(kind))
		if err != nil || len(pods) != 1 {
			t.Fatalf("%s: got %v, %v", kind, pods, err)
		}
		want := workload.Pod{
			Namespace: "ns", Name: "app", ServiceAccount: "robot", Owner: workload.Object{Kind: kind, Name: "app"},
			Labels: map[string]string{"app": "web"}, Replicas: 1,
			Containers: []workload.Container{
				{Name: "set-up", Role: workload.RoleInit, Image: "init"}, {Name: "web", Role: workload.RoleContainer, Image: "web"},
			},
		}
		if strings.Contains(manifests[kind], "replicas") {
			want.Replicas = 3
		}
		if !reflect.DeepEqual(pods[0], want) {
			t.Errorf("%s: got %+v, want %+v", kind, pods[0], want)
		}
	}
}

func TestSeveralDocumentsAndLists(t *testing.T) {
	t.Parallel()
	pod := `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}`
	text := "# a comment alone is no document\n---\n" + manifest("Job") + "\n--- # next\n" + manifest("CronJob") +
		"\n---\n{apiVersion: v1, kind: List, items: [" + pod + ", {apiVersion: v1, kind: List, items: [" + pod + "]}]}\n---\n"
	pods, err := workload.ParseManifests(text)
	if err != nil || len(pods) != 4 {
		t.Fatalf("got %+v, %v", pods, err)
	}
	if pods[0].Owner.Kind != "Job" || pods[1].Owner.Kind != "CronJob" || pods[3].Name != "p" || pods[3].ServiceAccount != "default" {
		t.Errorf("got %+v", pods)
	}
	if pods[2].Owner != (workload.Object{}) || pods[2].Namespace != "" {
		t.Errorf("a bare pod has neither owner nor namespace: got %+v", pods[2])
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                 "no objects",
		"# nothing\n---\n": "no objects",
		"{kind: Pod}":      "no kind or no apiVersion",
		"just text":        "not a Kubernetes object",
		"{apiVersion: v1, kind: Service, metadata: {name: s}}": "document 1: the kind Service of v1 " +
			"is not supported",
		"{apiVersion: argoproj.io/v1alpha1, kind: Rollout}":                                     "kind Rollout of argoproj.io/v1alpha1",
		"{apiVersion: batch.volcano.sh/v1alpha1, kind: Job}":                                    "kind Job of batch.volcano.sh/v1alpha1",
		"{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}":              "Pod p: the pod has no containers",
		"{apiVersion: v1, kind: Pod, spec: {containers: [{name: c}]}}":                          `the container "c" has no image`,
		"{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, image: 5}]}}":                "not a pod",
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {}}":                "Deployment d: it has no spec.template",
		"{apiVersion: batch/v1, kind: CronJob, metadata: {name: d}, spec: {jobTemplate: null}}": "it has no spec.jobTemplate.spec.template",
		"{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret}]}":                 "item 1: the kind Secret",
		"a: 1\na: 2":                               `key "a" already set`,
		manifest("Job") + "\n---\n{{":              "document 2",
		"{apiVersion: v1, kind: List, items: [5]}": "not a Kubernetes object",
	} {
		if pods, err := workload.ParseManifests(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want an error with %q", text, pods, err, want)
		}
	}
}

func TestWhatRuns(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("a", 64)
	for id, want := range map[string]string{
		"docker-pullable://r/web@" + digest: "r/web@" + digest,
		"r/web@" + digest:                   "r/web@" + digest,
		"docker://" + digest:                "",
		"":                                  "",
	} {
		pod, err := workload.ParsePod([]byte(`{
			"metadata": {"name": "p", "namespace": "ns", "ownerReferences": [
				{"kind": "Node", "name": "n"}, {"kind": "ReplicaSet", "name": "r", "controller": true}]},
			"spec": {"serviceAccount": "old", "containers": [{"name": "web", "image": "r/web:v1"}],
				"ephemeralContainers": [{"name": "debug", "image": "r/debug@` + digest + `"}]},
			"status": {"containerStatuses": [{"name": "web", "imageID": "` + id + `"}]}}`))
		if err != nil || pod.Containers[0].Running != want {
			t.Errorf("%q: got %+v, %v, want %q", id, pod, err, want)
		}
		if pod.Owner != (workload.Object{Kind: "ReplicaSet", Name: "r"}) || pod.ServiceAccount != "old" ||
			pod.Containers[1].Running != "r/debug@"+digest {
			t.Errorf("got %+v", pod)
		}
	}
}

func TestAnAssumedServiceAccount(t *testing.T) {
	t.Parallel()
	for field, assumed := range map[string]bool{"": true, "serviceAccountName: default, ": false, "serviceAccount: default, ": false} {
		pods, err := workload.ParseManifests("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {" + field +
			"containers: [{name: c, image: i}]}}")
		if err != nil || pods[0].ServiceAccount != "default" || pods[0].AccountAssumed != assumed {
			t.Errorf("%q: %+v, %v", field, pods, err)
		}
	}
}
