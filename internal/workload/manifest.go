package workload

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// kinds are the objects whose pods are known, each with its API group and where its template of pods is.
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

// maxDepth bounds how deep a List can be in another.
const maxDepth = 10

// ParseManifests reads the pods of Kubernetes manifests: YAML, several documents, or JSON. Kinds: Pod, Deployment, ReplicaSet, StatefulSet,
// DaemonSet, Job, CronJob, ReplicationController, and List of those. Errors name the document and what is wrong with it: another kind,
// no containers, a container without an image.
func ParseManifests(text string) ([]Pod, error) {
	var pods []Pod
	for i, document := range Documents(text) {
		object, err := yaml.YAMLToJSONStrict([]byte(document))
		if err == nil && string(object) != "null" {
			var some []Pod
			some, err = parseObject(object, 0)
			pods = append(pods, some...)
		}
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
	}
	if len(pods) == 0 {
		return nil, errors.New("the manifest has no objects")
	}
	return pods, nil
}

// Documents cuts YAML at the lines that begin a document, as kubectl does. Empty ones are left out.
func Documents(text string) []string {
	var all []string
	var one strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \t\r\n") == "---" || strings.HasPrefix(line, "--- ") {
			all = append(all, one.String())
			one.Reset()
			line = strings.TrimPrefix(line, "---")
		}
		one.WriteString(line)
	}
	return slices.DeleteFunc(append(all, one.String()), func(s string) bool { return strings.TrimSpace(s) == "" })
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

func parseObject(raw []byte, depth int) ([]Pod, error) {
	var o apiObject
	if err := json.Unmarshal(raw, &o); err != nil {
		return nil, fmt.Errorf("not an object of Kubernetes: %w", err)
	}
	if o.Kind == kindList && o.APIVersion == "v1" {
		return o.items(depth)
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	pod, err := o.pod(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Object{o.Kind, o.Metadata.Name}, err)
	}
	return []Pod{pod}, nil
}

func (o *apiObject) items(depth int) ([]Pod, error) {
	if depth == maxDepth {
		return nil, errors.New("lists within lists, too deep")
	}
	var pods []Pod
	for i, item := range o.Items {
		some, err := parseObject(item, depth+1)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i+1, err)
		}
		pods = append(pods, some...)
	}
	return pods, nil
}

func (o *apiObject) check() error {
	group, _, grouped := strings.Cut(o.APIVersion, "/")
	if !grouped {
		group = ""
	}
	switch kind, known := kinds[o.Kind]; {
	case o.Kind == "" || o.APIVersion == "":
		return errors.New("not an object of Kubernetes: it has no kind or no apiVersion")
	case !known || !slices.Contains(kind.groups, group):
		return fmt.Errorf("the pods of kind %s of %s are not known: want Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController or List",
			o.Kind, o.APIVersion)
	}
	return nil
}

// pod is the pod that the object makes.
func (o *apiObject) pod(raw []byte) (Pod, error) {
	at := kinds[o.Kind].template
	for _, field := range at {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) != nil || fields[field] == nil {
			return Pod{}, fmt.Errorf("it has no %s", strings.Join(at, "."))
		}
		raw = fields[field]
	}
	pod, err := ParsePod(raw)
	if err != nil || at == nil {
		return pod, err
	}
	pod.Name, pod.Namespace, pod.Owner = o.Metadata.Name, o.Metadata.Namespace, Object{o.Kind, o.Metadata.Name}
	if o.Spec.Replicas != nil {
		pod.Replicas = *o.Spec.Replicas
	}
	return pod, nil
}
