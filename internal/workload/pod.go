package workload

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Role names a container list of a pod.
type Role string

// The three lists of containers of a pod.
const (
	RoleContainer Role = "container"
	RoleInit      Role = "init container"
	RoleEphemeral Role = "ephemeral container"
)

// Object names the owner of a pod, such as a ReplicaSet, or the object of a manifest.
type Object struct{ Kind, Name string }

// Container is one container of a pod.
type Container struct {
	Name string
	Role Role
	// Image is the text in the pod. Binary Authorization evaluates this text.
	Image string
	// Running is the running image, as "registry/repository@sha256:…"; "" if the pod does not name
	// it.
	Running string
}

// Pod is a pod or a pod template, with the parts used by Binary Authorization.
type Pod struct {
	// Namespace is "" in a manifest without one.
	Namespace string
	Name      string
	// ServiceAccount is the bare name. Without one, it is Kubernetes' default, "default".
	ServiceAccount string
	// AccountAssumed means that the pod names no service account, and ServiceAccount is the
	// default.
	AccountAssumed bool
	// Owner is the controller of the pod, or the object of the manifest. It is zero for a bare pod.
	Owner       Object
	Labels      map[string]string
	Annotations map[string]string
	// Containers lists the init containers first, then the containers, then the ephemeral ones, in
	// the pod's order.
	Containers []Container
	// Phase is Kubernetes' own: Pending, Running, Succeeded, Failed, Unknown; "" in a manifest.
	Phase string
	// Replicas is the number of pods in a manifest, 1 by default.
	Replicas int
}

// apiPod is Kubernetes' own form.
type apiPod struct {
	Metadata apiMetadata `json:"metadata"`
	Spec     *apiPodSpec `json:"spec"`
	Status   struct {
		Phase      string      `json:"phase"`
		Containers []apiStatus `json:"containerStatuses"`
		Init       []apiStatus `json:"initContainerStatuses"`
		Ephemeral  []apiStatus `json:"ephemeralContainerStatuses"`
	} `json:"status"`
}

type apiMetadata struct {
	Name         string            `json:"name"`
	GenerateName string            `json:"generateName"`
	Namespace    string            `json:"namespace"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	Owners       []struct {
		Kind       string `json:"kind"`
		Name       string `json:"name"`
		Controller bool   `json:"controller"`
	} `json:"ownerReferences"`
}

type apiPodSpec struct {
	Containers         []apiContainer `json:"containers"`
	InitContainers     []apiContainer `json:"initContainers"`
	Ephemeral          []apiContainer `json:"ephemeralContainers"`
	ServiceAccountName string         `json:"serviceAccountName"`
	ServiceAccount     string         `json:"serviceAccount"` // the old name of the field, which the API server still reads
}

type apiContainer struct {
	Name  string `json:"name"`
	Image string `json:"image"`
}

type apiStatus struct {
	Name    string `json:"name"`
	ImageID string `json:"imageID"`
}

// ParsePod parses a pod in the JSON of the Kubernetes API and Cloud Asset Inventory. Errors:
// invalid JSON, no containers, a container without an image.
func ParsePod(object []byte) (Pod, error) {
	var p apiPod
	if err := json.Unmarshal(object, &p); err != nil {
		return Pod{}, fmt.Errorf("not a pod: %w", err)
	}
	return p.pod()
}

func (p *apiPod) pod() (Pod, error) {
	if p.Spec == nil || len(p.Spec.Containers) == 0 {
		return Pod{}, errors.New("the pod has no containers")
	}
	pod := Pod{
		Namespace: p.Metadata.Namespace, Name: p.Metadata.Name, ServiceAccount: p.Spec.account(),
		Labels: p.Metadata.Labels, Annotations: p.Metadata.Annotations, Owner: p.Metadata.owner(),
		Phase: p.Status.Phase, Replicas: 1,
	}
	pod.AccountAssumed = p.Spec.ServiceAccountName == "" && p.Spec.ServiceAccount == ""
	pod.add(RoleInit, p.Spec.InitContainers, p.Status.Init)
	pod.add(RoleContainer, p.Spec.Containers, p.Status.Containers)
	pod.add(RoleEphemeral, p.Spec.Ephemeral, p.Status.Ephemeral)
	for _, c := range pod.Containers {
		if c.Image == "" {
			return Pod{}, fmt.Errorf("the %s %q has no image", c.Role, c.Name)
		}
	}
	return pod, nil
}

func (p *Pod) add(role Role, containers []apiContainer, statuses []apiStatus) {
	running := map[string]string{}
	for _, s := range statuses {
		running[s.Name] = s.ImageID
	}
	for _, c := range containers {
		p.Containers = append(p.Containers, Container{Name: c.Name, Role: role, Image: c.Image, Running: runs(c.Image, running[c.Name])})
	}
}

// runs returns the image with its digest. An image id without a repository is the digest of the
// image's configuration, and no attestation is about that.
func runs(image, id string) string {
	if _, plain, found := strings.Cut(id, "://"); found {
		id = plain
	}
	for _, s := range []string{id, image} {
		if repository, digest, found := strings.Cut(s, "@"); found && repository != "" && strings.HasPrefix(digest, "sha256:") {
			return s
		}
	}
	return ""
}

func (s *apiPodSpec) account() string {
	switch {
	case s.ServiceAccountName != "":
		return s.ServiceAccountName
	case s.ServiceAccount != "":
		return s.ServiceAccount
	}
	return "default"
}

// owner returns the controller of an object.
func (m *apiMetadata) owner() Object {
	for _, o := range m.Owners {
		if o.Controller {
			return Object{o.Kind, o.Name}
		}
	}
	return Object{}
}

// String is "Kind name".
func (o Object) String() string { return strings.TrimSpace(o.Kind + " " + o.Name) }
