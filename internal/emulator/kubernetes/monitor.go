package kubernetes

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	cv "cloud.google.com/go/binaryauthorization/apiv1beta1/binaryauthorizationpb"
	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	ltype "google.golang.org/genproto/googleapis/logging/type"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// running is an admitted pod.
type running struct {
	cluster  resname.Cluster
	pod      workload.Pod
	deployed time.Time
	ended    time.Time // zero while it runs
}

// workload is the pod in the form used by policies.
func (p *pod) workload() workload.Pod {
	w := p.pod
	w.Name, w.Namespace, w.AccountAssumed = p.name, p.namespace, false
	return w
}

func (a *API) exists(full string) bool {
	_, found := a.pods[full]
	return found
}

// end removes a pod. The caller holds the lock.
func (a *API) end(full string, p running, at time.Time) {
	delete(a.pods, full)
	p.ended = at
	a.ended = append(a.ended, p)
}

// Monitor is one run of continuous validation; Google runs it at least every 24 hours. It evaluates
// the bound policies of clusters for the pods that run or have ended since the last run, and logs
// violations. It returns the number of entries.
func (a *API) Monitor() (written int, err error) {
	clusters := a.Clusters.Monitored()
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	var entries []*loggingpb.LogEntry
	for _, c := range clusters {
		entries = append(entries, a.monitor(c, a.podsOf(c), now)...)
	}
	a.ended = nil
	return len(entries), a.Log.Add(entries...)
}

// podsOf returns the pods of a cluster for a run of the monitor.
func (a *API) podsOf(c gke.Cluster) (found []running) {
	for _, full := range slices.Sorted(maps.Keys(a.pods)) {
		if p := a.pods[full]; p.cluster == c.Cluster {
			found = append(found, p)
		}
	}
	for _, p := range a.ended {
		if p.cluster == c.Cluster {
			found = append(found, p)
		}
	}
	return found
}

// monitor evaluates every bound policy of a cluster for its pods. It returns the log entries: one
// for each violating pod and one for each missing policy. The caller holds the lock.
func (a *API) monitor(c gke.Cluster, pods []running, at time.Time) (entries []*loggingpb.LogEntry) {
	for _, binding := range c.Bindings {
		policy, err := resname.ParsePlatformPolicy(binding)
		if err != nil {
			continue // GKE has checked the name
		}
		if a.Policies.PlatformPolicy(policy) == nil {
			entries = append(entries, event(c, at, &cv.ContinuousValidationEvent{EventType: &cv.ContinuousValidationEvent_ConfigErrorEvent_{
				ConfigErrorEvent: &cv.ContinuousValidationEvent_ConfigErrorEvent{
					Description: "Cannot monitor cluster '" + c.Location + "." + c.ID + "': Resource " + binding + " does not exist.",
				},
			}}))
			continue
		}
		for _, p := range pods {
			if images := a.violations(policy, p.pod); len(images) > 0 {
				entries = append(entries, event(c, at, p.violates(binding, images)))
			}
		}
	}
	return entries
}

func (p *running) violates(policy string, images []*podImage) *cv.ContinuousValidationEvent {
	e := &cv.ContinuousValidationEvent_ContinuousValidationPodEvent{
		PodNamespace: p.pod.Namespace, Pod: p.pod.Name, PolicyName: policy, DeployTime: timestamppb.New(p.deployed.Truncate(time.Second)),
		Verdict: cv.ContinuousValidationEvent_ContinuousValidationPodEvent_VIOLATES_POLICY, Images: images,
	}
	if !p.ended.IsZero() {
		e.EndTime = timestamppb.New(p.ended)
	}
	return &cv.ContinuousValidationEvent{EventType: &cv.ContinuousValidationEvent_PodEvent{PodEvent: e}}
}

// Aliases for the long message names of the log.
type (
	podImage   = cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails
	podCheck   = cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CheckResult
	checkScope = cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CheckResult_CheckSetScope
)

type (
	byNamespace = cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CheckResult_CheckSetScope_KubernetesNamespace
	byAccount   = cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CheckResult_CheckSetScope_KubernetesServiceAccount
)

// violations returns the images of a pod without conformance to a policy, by container.
func (a *API) violations(policy resname.PlatformPolicy, pod workload.Pod) (images []*podImage) {
	result, err := a.Policies.EvaluatePods(context.Background(), policy, []workload.Pod{pod})
	if err != nil {
		return nil // the policy has gone since the lookup
	}
	checks := map[string][]*podCheck{}
	for _, i := range result.Pods[0].Images {
		if i.Set != nil {
			checks[i.Image] = violated(i.Set)
		}
	}
	for _, c := range pod.Containers {
		if found := checks[c.Image]; found != nil {
			images = append(images, &podImage{
				Image: c.Image, ContainerName: c.Name, ContainerType: containerTypes[c.Role],
				Result:       cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_DENY,
				CheckResults: found,
			})
		}
	}
	return images
}

var containerTypes = map[workload.Role]cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_ContainerType{
	workload.RoleContainer: cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CONTAINER,
	workload.RoleInit:      cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_INIT_CONTAINER,
	workload.RoleEphemeral: cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_EPHEMERAL_CONTAINER,
}

// violated returns the failed checks of an image; the log has no word for checks with errors.
func violated(set *conformance.SetResult) (found []*podCheck) {
	for _, c := range set.Checks {
		if c.Possible.Strictest() != conformance.NonConformant {
			continue
		}
		found = append(found, &podCheck{
			CheckSetIndex: strconv.Itoa(set.Index), CheckSetName: set.DisplayName, CheckSetScope: scopeOf(set),
			CheckIndex: strconv.Itoa(c.Index), CheckName: c.DisplayName, CheckType: c.Type, Explanation: c.Explanation(),
			Verdict: cv.ContinuousValidationEvent_ContinuousValidationPodEvent_ImageDetails_CheckResult_NON_CONFORMANT,
		})
	}
	return found
}

func scopeOf(set *conformance.SetResult) *checkScope {
	switch s := set.Scope; {
	case s == nil:
		return nil
	case s.KubernetesNamespace != "":
		return &checkScope{Scope: &byNamespace{KubernetesNamespace: s.KubernetesNamespace}}
	case s.KubernetesServiceAccount != "":
		return &checkScope{Scope: &byAccount{KubernetesServiceAccount: s.KubernetesServiceAccount}}
	}
	return nil
}

// event is the entry of an event of continuous validation
// (https://cloud.google.com/binary-authorization/docs/cv-view-logs).
func event(c gke.Cluster, at time.Time, e *cv.ContinuousValidationEvent) *loggingpb.LogEntry {
	payload := &structpb.Struct{}
	if text, err := protojson.Marshal(e); err == nil { // a message made here has a JSON form
		_ = protojson.Unmarshal(text, payload)
	}
	payload.Fields["@type"] = structpb.NewStringValue("type.googleapis.com/" + string(e.ProtoReflect().Descriptor().FullName()))
	return &loggingpb.LogEntry{
		LogName:   "projects/" + c.Project + "/logs/binaryauthorization.googleapis.com%2Fcontinuous_validation",
		Timestamp: timestamppb.New(at), Severity: ltype.LogSeverity_WARNING,
		Resource: &monitoredres.MonitoredResource{Type: "k8s_cluster", Labels: map[string]string{
			"cluster_name": c.ID, "location": c.Location, "project_id": c.Project,
		}},
		Payload: &loggingpb.LogEntry_JsonPayload{JsonPayload: payload},
	}
}
