package workload_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// sameJSON compares the values of two JSON texts.
func sameJSON(t *testing.T, got json.RawMessage, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal(got, &a); err != nil {
		t.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%v in %s", err, want)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestObjectOfEveryKind: the object has all fields of the template, with the name and the namespace
// of its owner.
func TestObjectOfEveryKind(t *testing.T) {
	t.Parallel()
	for kind := range manifests {
		all, err := workload.ParseTemplates(manifest(kind))
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: got %v, %v", kind, all, err)
		}
		object, err := all[0].Object()
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, object, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": "ns", "labels": {"app": "web"}},
			"spec": {"serviceAccountName": "robot", "initContainers": [{"name": "set-up", "image": "init"}],
			"containers": [{"name": "web", "image": "web"}]}}`)
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ manifest, want string }{
		"a pod, with fields that are not looked at": {
			`{apiVersion: v1, kind: Pod, metadata: {name: p, uid: u}, status: {phase: Running}, spec: {hostPID: true, containers: ` +
				`[{name: c, image: i, ports: [{containerPort: 80}]}]}}`,
			`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "uid": "u"}, "status": {"phase": "Running"},
			  "spec": {"hostPID": true, "containers": [{"name": "c", "image": "i", "ports": [{"containerPort": 80}]}]}}`,
		},
		"a template with a namespace that Kubernetes ignores": {
			`{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {metadata: {name: x, namespace: x, annotations: ` +
				`{a: b}}, spec: {containers: [{name: c, image: i}]}}}}`,
			`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j", "annotations": {"a": "b"}}, "spec": {"containers": ` +
				`[{"name": "c", "image": "i"}]}}`,
		},
		"a template without metadata": {
			`{apiVersion: batch/v1, kind: Job, metadata: {name: j, namespace: ns}, spec: {template: {metadata: null, spec: ` +
				`{containers: [{name: c, image: i}]}}}}`,
			`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "j", "namespace": "ns"}, "spec": {"containers": [{"name": "c", ` +
				`"image": "i"}]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, err := workload.ParseTemplates(c.manifest)
			if err != nil {
				t.Fatal(err)
			}
			object, err := all[0].Object()
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, object, c.want)
		})
	}
}

// TestImageTemplate: the pod for an image equals the pod sent by gcloud, with the namespace and the
// service account if known.
func TestImageTemplate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ namespace, account, want string }{
		{"", "", `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ""}, "spec": {"containers": [{"image": "i"}]}}`},
		{
			"n",
			"a",
			`{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "", "namespace": "n"}, "spec": {"serviceAccountName": "a", ` +
				`"containers": [{"image": "i"}]}}`,
		},
	} {
		template, err := workload.ImageTemplate("i", c.namespace, c.account)
		if err != nil {
			t.Fatal(err)
		}
		object, err := template.Object()
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, object, c.want)
	}
	if _, err := workload.ImageTemplate("", "", ""); err == nil {
		t.Error("a pod without an image")
	}
}
