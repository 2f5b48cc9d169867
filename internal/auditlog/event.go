package auditlog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// Entry is what is needed of an entry of Cloud Logging.
type Entry struct {
	// Timestamp is in RFC 3339.
	Timestamp string
	// Labels are the entry's own, Resource those of its monitored resource.
	Labels, Resource map[string]string
	// Payload is the audit log in JSON.
	Payload []byte
}

// Event is what an entry says.
type Event struct {
	Time time.Time
	// Kinds is empty for a pod that was admitted and that nothing is to be said of.
	Kinds []Kind
	// Project, Location and Cluster are where the pod was to run.
	Project, Location, Cluster string
	Namespace                  string
	Pod                        workload.Pod
	// Denied are the images that were, or without a dry run would have been, refused. For the other kinds they are all images of the pod,
	// with what the log says against them.
	Denied []Denied
}

// Denied is an image with what the log says of it.
type Denied struct{ Image, Reason string }

type payload struct {
	MethodName   string          `json:"methodName"`
	ResourceName string          `json:"resourceName"`
	Request      json.RawMessage `json:"request"`
	Response     struct {
		Status   json.RawMessage `json:"status"` // a text for a failure, the pod's status for a success
		Reason   string          `json:"reason"`
		Message  string          `json:"message"`
		Metadata struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"` // of the pod as it was made: admission writes into it
	} `json:"response"`
	Status struct {
		Message string `json:"message"`
	} `json:"status"`
}

// Parse reads an entry. A refusal that is not Binary Authorization's own, such as one of Kubernetes' access control, is no event: ok is
// false. Errors: no time, no audit log of a pod.
func Parse(e Entry) (event Event, ok bool, err error) {
	at, err := time.Parse(time.RFC3339Nano, e.Timestamp)
	if err != nil {
		return Event{}, false, fmt.Errorf("its timestamp %q is no time", e.Timestamp)
	}
	var p payload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return Event{}, false, fmt.Errorf("its protoPayload is no audit log: %w", err)
	}
	event = Event{Time: at, Project: e.Resource["project_id"], Location: e.Resource["location"], Cluster: e.Resource["cluster_name"]}
	var name string
	if event.Namespace, name, ok = splitName(p.ResourceName); !ok {
		return Event{}, false, fmt.Errorf("its resource %q is no pod", p.ResourceName)
	}
	event.Pod, _ = workload.ParsePod(p.Request) // a request that is too long for the log is cut: what is not there is not known
	event.Pod.Namespace = event.Namespace
	if event.Pod.Name == "" {
		event.Pod.Name = name
	}
	if p.failed() && !p.ours() {
		return Event{}, false, nil
	}
	return event.classified(e.Labels, &p), true, nil
}

// splitName reads core/v1/namespaces/NS/pods/POD, without POD where the API server names it.
func splitName(resource string) (namespace, pod string, ok bool) {
	parts := strings.Split(resource, "/")
	if len(parts) < 5 || parts[2] != "namespaces" || parts[4] != "pods" {
		return "", "", false
	}
	if len(parts) > 5 {
		pod = parts[5]
	}
	return parts[3], pod, true
}

func (p *payload) failed() bool { return string(p.Response.Status) == `"Failure"` }

func (p *payload) message() string {
	if p.Response.Message != "" {
		return p.Response.Message
	}
	return p.Status.Message
}

// ours tells a refusal of Binary Authorization from others of reason Forbidden.
func (p *payload) ours() bool {
	m := p.message()
	return p.Response.Reason == "VIOLATES_POLICY" || deniedImage.MatchString(m) ||
		slices.ContainsFunc(ourWords, func(words string) bool { return strings.Contains(m, words) })
}

// classified is the event with its kinds and images.
func (e Event) classified(labels map[string]string, p *payload) Event {
	images := e.Images()
	if p.failed() {
		e.Kinds, e.Denied = []Kind{Blocked}, deniedIn(p.message(), images)
		return e // whatever the pod says of itself: it was not admitted
	}
	if labels[dryRunLabel] == "true" {
		e.Kinds = append(e.Kinds, DryRun)
	}
	annotations := []map[string]string{labels, e.Pod.Annotations, e.Pod.Labels, p.Response.Metadata.Annotations}
	if isTrue(labels, webhookPrefix+breakGlass) || slices.ContainsFunc(annotations, breaksGlass) {
		e.Kinds = append(e.Kinds, BreakGlass)
	}
	if slices.ContainsFunc(annotations, failedOpen) {
		e.Kinds = append(e.Kinds, FailOpen)
	}
	switch {
	case len(e.Kinds) == 0:
	case e.Kinds[0] == DryRun:
		e.Denied = deniedIn(labels[reasonLabel], images)
	default:
		e.Denied = withAll(labels[reasonLabel], images)
	}
	return e
}

// withAll are all images of a pod, with what a text says of some.
func withAll(text string, images []string) []Denied {
	if text == "" {
		return deniedIn("", images)
	}
	all := deniedIn(text, images)
	for _, image := range images {
		if !slices.ContainsFunc(all, func(d Denied) bool { return d.Image == image }) {
			all = append(all, Denied{Image: image})
		}
	}
	return all
}

// Images are those of the pod, each once; none if the log does not tell them.
func (e Event) Images() []string {
	var images []string
	for _, c := range e.Pod.Containers {
		if !slices.Contains(images, c.Image) {
			images = append(images, c.Image)
		}
	}
	return images
}
