package workload

import "encoding/json"

// Template is a pod of a manifest with its source text.
type Template struct {
	Pod

	// raw is the pod, or the template of pods, in JSON.
	raw json.RawMessage
}

// ImageTemplate is a pod with one container. namespace and serviceAccount can be "": the pod then
// has none. It is an error if the image is missing.
func ImageTemplate(image, namespace, serviceAccount string) (Template, error) {
	var p apiPodForm
	p.Metadata.Namespace, p.Spec.ServiceAccountName = namespace, serviceAccount
	p.Spec.Containers = []apiImage{{image}}
	raw, err := json.Marshal(p)
	if err != nil {
		return Template{}, err
	}
	pod, err := ParsePod(raw)
	return Template{pod, raw}, err
}

// apiPodForm is the pod for an image: the pod of `gcloud beta container binauthz policy evaluate
// --image` with a namespace and a service account.
type apiPodForm struct {
	Metadata struct {
		Namespace string `json:"namespace,omitempty"`
	} `json:"metadata"`
	Spec struct {
		Containers         []apiImage `json:"containers"`
		ServiceAccountName string     `json:"serviceAccountName,omitempty"`
	} `json:"spec"`
}

type apiImage struct {
	Image string `json:"image"`
}

// Object is the pod as a Kubernetes object: all fields of the manifest, with the name and the
// namespace of Pod. A template's own name and namespace do not count: Kubernetes derives the name
// from the owner's name, and uses the owner's namespace.
func (t Template) Object() (json.RawMessage, error) {
	object, err := fields(t.raw)
	if err != nil {
		return nil, err
	}
	metadata, err := fields(object["metadata"])
	if err != nil {
		return nil, err
	}
	metadata["name"] = text(t.Name)
	delete(metadata, "namespace")
	if t.Namespace != "" {
		metadata["namespace"] = text(t.Namespace)
	}
	object["apiVersion"], object["kind"] = text("v1"), text("Pod")
	if object["metadata"], err = json.Marshal(metadata); err != nil {
		return nil, err
	}
	return json.Marshal(object)
}

// fields are the fields of a JSON object; an absent or null object has none.
func fields(raw json.RawMessage) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	if len(raw) == 0 || string(raw) == "null" {
		return all, nil
	}
	return all, json.Unmarshal(raw, &all)
}

// text encodes a string as JSON. Every string has a JSON form.
func text(s string) json.RawMessage {
	raw, _ := json.Marshal(s)
	return raw
}
