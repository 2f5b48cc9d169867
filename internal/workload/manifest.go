package workload

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// kinds are the supported kinds, each with its API group and the path of its pod template.
var kinds = map[string]struct {
	groups   []string
	template []string // path of fields; nil for the pod itself
}{
	"Pod":                   {[]string{""}, nil},
	"ReplicationController": {[]string{""}, []string{"spec", "template"}},
	"Deployment":            {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"ReplicaSet":            {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"DaemonSet":             {[]string{"apps", "extensions"}, []string{"spec", "template"}},
	"StatefulSet":           {[]string{"apps"}, []string{"spec", "template"}},
	"Job":                   {[]string{"batch"}, []string{"spec", "template"}},
	"CronJob":               {[]string{"batch"}, []string{"spec", "jobTemplate", "spec", "template"}},
}

const kindList = "List"

// maxDepth is the limit for nested Lists.
const maxDepth = 10

// ParseManifests parses the pods of Kubernetes manifests, as read by ParseObjects. Kinds: Pod,
// Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController, and List of
// those. Errors name the document and the fault: another kind, no containers, a container without
// an image.
func ParseManifests(text string) ([]Pod, error) {
	templates, err := ParseTemplates(text)
	if err != nil {
		return nil, err
	}
	pods := make([]Pod, len(templates))
	for i, t := range templates {
		pods[i] = t.Pod
	}
	return pods, nil
}

// ParseTemplates is ParseManifests with the Kubernetes objects of the pods.
func ParseTemplates(text string) ([]Template, error) {
	objects, err := ParseObjects(text)
	if err != nil {
		return nil, err
	}
	var all []Template
	for i, object := range objects {
		some, err := parseObject(object, 0)
		if err != nil {
			return nil, inDocument(i, err)
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, errors.New("the manifest has no objects")
	}
	return all, nil
}

type apiObject struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   apiMetadata       `json:"metadata"`
	Items      []json.RawMessage `json:"items"`
	Spec       struct {
		Replicas *int `json:"replicas"`
	} `json:"spec"`
}

func parseObject(raw []byte, depth int) ([]Template, error) {
	var o apiObject
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, fmt.Errorf("not a Kubernetes object: %w", err)
	}
	if o.Kind == kindList && o.APIVersion == "v1" {
		return o.items(depth)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	template, err := o.template(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Object{o.Kind, o.Metadata.Name}, err)
	}
	return []Template{template}, nil
}

func (o *apiObject) items(depth int) ([]Template, error) {
	if depth == maxDepth {
		return nil, errors.New("lists are nested too deep")
	}
	var all []Template
	for i, item := range o.Items {
		some, err := parseObject(item, depth+1)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

func (o *apiObject) check() error {
	group, _, grouped := strings.Cut(o.APIVersion, "/")
	if !grouped {
		group = ""
	}
	switch kind, known := kinds[o.Kind]; {
	case o.Kind == "" || o.APIVersion == "":
		return errors.New("not a Kubernetes object: it has no kind or no apiVersion")
	case !known || !slices.Contains(kind.groups, group):
		return fmt.Errorf("the kind %s of %s is not supported: want Pod, Deployment, ReplicaSet, StatefulSet, "+
			"DaemonSet, Job, CronJob, ReplicationController or List",
			o.Kind, o.APIVersion)
	}
	return nil
}

// template returns the pod template of the object.
func (o *apiObject) template(raw []byte) (Template, error) {
	at := kinds[o.Kind].template
	for _, field := range at {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil || fields[field] == nil {
			return Template{}, fmt.Errorf("it has no %s", strings.Join(at, "."))
		}
		raw = fields[field]
	}
	pod, err := ParsePod(raw)
	if err != nil || at == nil {
		return Template{pod, raw}, err
	}
	pod.Name, pod.Namespace, pod.Owner = o.Metadata.Name, o.Metadata.Namespace, Object{o.Kind, o.Metadata.Name}
	if o.Spec.Replicas != nil {
		pod.Replicas = *o.Spec.Replicas
	}
	return Template{pod, raw}, nil
}
