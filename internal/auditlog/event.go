package auditlog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// Entry has the needed parts of an entry of Cloud Logging.
type Entry struct {
	// Timestamp is in RFC 3339.
	Timestamp string
	// Labels are the entry's own, Resource those of its monitored resource.
	Labels, Resource map[string]string
	// Payload is the audit log in JSON.
	Payload []byte
}

// Event is a parsed entry.
type Event struct {
	Time time.Time
	// Kinds is empty for an ordinary admitted pod.
	Kinds []Kind
	// Project, Location and Cluster name the pod's cluster.
	Project, Location, Cluster string
	Namespace                  string
	Pod                        workload.Pod
	// Denied are the refused images, or in a dry run the images refused without it. For other
	// kinds, all images of the pod, with the objections in the log.
	Denied []Denied
}

// Denied is an image with its reason in the log.
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

// Parse parses an entry. A refusal from another source, such as Kubernetes' access control, is not
// an event: ok is false. Errors: no time, not an audit log of a pod.
func Parse(e Entry) (event Event, ok bool, err error) {
	at, err := time.Parse(time.RFC3339Nano, e.Timestamp)
	if err != nil {
		return Event{}, false, fmt.Errorf("its timestamp %q is not a time", e.Timestamp)
	}
	var p payload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return Event{}, false, fmt.Errorf("its protoPayload is not an audit log: %w", err)
	}
	event = Event{Time: at, Project: e.Resource["project_id"], Location: e.Resource["location"], Cluster: e.Resource["cluster_name"]}
	var name string
	if event.Namespace, name, ok = splitName(p.ResourceName); !ok {
		return Event{}, false, fmt.Errorf("its resource %q is not a pod", p.ResourceName)
	}
	event.Pod, _ = workload.ParsePod(p.Request) // the log truncates long requests: missing parts are unknown
	event.Pod.Namespace = event.Namespace
	if event.Pod.Name == "" {
		event.Pod.Name = name
	}
	if p.failed() && !p.ours() {
		return Event{}, false, nil
	}
	return event.classified(e.Labels, &p), true, nil
}

// splitName parses core/v1/namespaces/NS/pods/POD, without POD if the API server chooses the name.
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

// ours distinguishes refusals of Binary Authorization from other refusals with the reason
// Forbidden.
func (p *payload) ours() bool {
	m := p.message()
	return p.Response.Reason == "VIOLATES_POLICY" || deniedImage.MatchString(m) ||
		slices.ContainsFunc(ourWords, func(words string) bool { return strings.Contains(m, words) })
}

// classified returns the event with its kinds and images.
func (e Event) classified(labels map[string]string, p *payload) Event {
	images := e.Images()
	if p.failed() {
		e.Kinds, e.Denied = []Kind{Blocked}, deniedIn(p.message(), images)
		return e // a refused pod is not admitted, even with a breakglass mark
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

// withAll returns all images of a pod, with the text about some of them.
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

// Images returns the images of the pod without repetitions; none if the log does not name them.
func (e Event) Images() []string {
	var images []string
	for _, c := range e.Pod.Containers {
		if !slices.Contains(images, c.Image) {
			images = append(images, c.Image)
		}
	}
	return images
}
