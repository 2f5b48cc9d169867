package kubernetes

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// template is the pod template of a manifest.
type template struct {
	namespace, account string
	name               string // of a bare pod
	prefix             string // for names of a controller's pods
	ordinal            bool   // names end in numbers, like those of a StatefulSet
	count              int
	labels             map[string]any
	annotations        map[string]any
	spec               *structpb.Struct
	images             []string // each once
	pod                workload.Pod
	breakGlass         bool
	owner              owner // zero for a bare pod
}

// owner is the controller of a pod.
type owner struct{ apiVersion, kind, name, uid, account string }

// object is a Kubernetes object with the fields used here.
type object struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   metadata `json:"metadata"`
	Spec       struct {
		Replicas    *int      `json:"replicas"`
		Parallelism *int      `json:"parallelism"`
		Template    podObject `json:"template"`
		JobTemplate struct {
			Spec struct {
				Parallelism *int      `json:"parallelism"`
				Template    podObject `json:"template"`
			} `json:"spec"`
		} `json:"jobTemplate"`
	} `json:"spec"`
	Items []json.RawMessage `json:"items"`
}

type podObject struct {
	Metadata metadata       `json:"metadata"`
	Spec     map[string]any `json:"spec"`
}

type metadata struct {
	Name         string         `json:"name"`
	GenerateName string         `json:"generateName"`
	Namespace    string         `json:"namespace"`
	Labels       map[string]any `json:"labels"`
	Annotations  map[string]any `json:"annotations"`
}

// templatesOf reads a manifest with the workload package, and returns its errors.
func templatesOf(manifest []byte, at time.Time) ([]*template, error) {
	pods, err := workload.ParseManifests(string(manifest))
	if err != nil {
		return nil, err
	}
	objects, err := objectsOf(manifest)
	if err != nil {
		return nil, err
	}
	if len(objects) != len(pods) {
		return nil, fmt.Errorf("the manifest has %d objects, %d of which make pods", len(objects), len(pods))
	}
	var templates []*template
	for i, raw := range objects {
		t, err := templateOf(raw, pods[i], at)
		if err != nil {
			return nil, err
		}
		templates = append(templates, t)
	}
	return templates, nil
}

func templateOf(raw []byte, w workload.Pod, at time.Time) (*template, error) {
	var o object
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, err
	}
	t := &template{namespace: w.Namespace, account: w.ServiceAccount, pod: w, count: 1}
	if t.namespace == "" {
		t.namespace = "default"
	}
	for _, c := range w.Containers {
		if !slices.Contains(t.images, c.Image) {
			t.images = append(t.images, c.Image)
		}
	}
	p, err := t.controlled(&o, raw, at)
	if err != nil {
		return nil, err
	}
	t.labels, t.annotations = p.Metadata.Labels, p.Metadata.Annotations
	t.breakGlass = t.labels[breakGlass] == "true" || t.annotations[breakGlassOld] == "true"
	if t.spec, err = structpb.NewStruct(p.Spec); err != nil {
		return nil, err
	}
	t.complete()
	return t, nil
}

// complete sets the API server's defaults of a pod before the policy evaluates it, as far as they
// are used here.
func (t *template) complete() {
	if t.spec.GetFields() == nil {
		t.spec.Fields = map[string]*structpb.Value{}
	}
	for name, value := range map[string]string{
		"serviceAccountName": t.account, "serviceAccount": t.account, "restartPolicy": "Always", "dnsPolicy": "ClusterFirst",
		"schedulerName": "default-scheduler",
	} {
		if t.spec.GetFields()[name] == nil {
			t.spec.Fields[name] = structpb.NewStringValue(value)
		}
	}
}

// hashOf returns ten characters, different for each ReplicaSet of a Deployment.
func hashOf(raw []byte) string {
	h := fnv.New64a()
	_, _ = h.Write(raw) // a hash accepts all writes
	return letters(h.Sum64(), 10)
}
