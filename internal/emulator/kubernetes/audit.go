package kubernetes

import (
	"maps"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/genproto/googleapis/cloud/audit"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/gke"
)

const create, remove = "io.k8s.core.v1.pods.create", "io.k8s.core.v1.pods.delete"

// admitted is the entry of an admitted pod.
func (c *creation) admitted(p *pod, labels map[string]string) *loggingpb.LogEntry {
	response := p.object(c.at, map[string]any{"phase": "Pending", "qosClass": "BestEffort"})
	typed(response, "core.k8s.io/v1.Pod", "Pod")
	return c.entry(p, p.name, response, &status.Status{}, labels)
}

// refused is the entry of a denied pod, with the recorded codes: 400 of HTTP, INVALID_ARGUMENT of
// gRPC.
func (c *creation) refused(p *pod, judged outcome) *loggingpb.LogEntry {
	var causes []any
	for _, text := range judged.causes {
		causes = append(causes, map[string]any{"reason": text})
	}
	response := failure(400, violates, judged.message(), map[string]any{"causes": causes, "kind": "Pod"})
	return c.entry(p, p.asked(), response, &status.Status{Code: int32(codes.InvalidArgument), Message: judged.message()}, nil)
}

// existing is the entry of a pod with an existing name.
func (c *creation) existing(p *pod, why string) *loggingpb.LogEntry {
	response := failure(409, "AlreadyExists", why, map[string]any{"name": p.name, "kind": "pods"})
	return c.entry(p, p.name, response, &status.Status{Code: int32(codes.AlreadyExists), Message: why}, nil)
}

func failure(code int, reason, message string, details map[string]any) *structpb.Struct {
	s := structOf(map[string]any{
		"code": code, "details": details, "message": message, "metadata": map[string]any{}, "reason": reason, "status": "Failure",
	})
	typed(s, "core.k8s.io/v1.Status", "Status")
	return s
}

// typed adds the Kubernetes object type to a struct.
func typed(s *structpb.Struct, name, kind string) {
	for field, value := range map[string]string{"@type": name, "apiVersion": "v1", "kind": kind} {
		s.Fields[field] = structpb.NewStringValue(value)
	}
}

// entry is the audit log entry of a request to create a pod. Name is empty if the request has none.
func (c *creation) entry(p *pod, name string, response *structpb.Struct, outcome *status.Status, labels map[string]string,
) *loggingpb.LogEntry {
	request := p.object(time.Time{}, map[string]any{})
	typed(request, "core.k8s.io/v1.Pod", "Pod")
	e := c.newEntry(c.cluster, c.at, &audit.AuditLog{
		MethodName: create, ResourceName: resourceName(p.namespace, name), Request: request, Response: response, Status: outcome,
		AuthenticationInfo: &audit.AuthenticationInfo{PrincipalEmail: c.principal(p)},
	})
	maps.Copy(e.Labels, labels)
	return e
}

func (a *API) principal(p *pod) string {
	if p.owner.account != "" {
		return p.owner.account
	}
	return a.Principal
}

func resourceName(namespace, name string) string {
	full := "core/v1/namespaces/" + namespace + "/pods"
	if name != "" {
		full += "/" + name
	}
	return full
}

// newEntry sets the fields common to all entries of a cluster.
func (a *API) newEntry(cluster gke.Cluster, at time.Time, log *audit.AuditLog) *loggingpb.LogEntry {
	log.ServiceName = "k8s.io"
	log.AuthorizationInfo = []*audit.AuthorizationInfo{{Granted: true, Permission: log.GetMethodName(), Resource: log.GetResourceName()}}
	log.RequestMetadata = &audit.RequestMetadata{
		CallerIp: "203.0.113.7", CallerSuppliedUserAgent: "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9",
	}
	id := uuid.NewString()
	e := &loggingpb.LogEntry{
		LogName:  "projects/" + cluster.Project + "/logs/cloudaudit.googleapis.com%2Factivity",
		InsertId: id, Timestamp: timestamppb.New(at), Labels: map[string]string{
			"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "access granted by IAM permissions.",
		},
		Resource: &monitoredres.MonitoredResource{Type: "k8s_cluster", Labels: map[string]string{
			"cluster_name": cluster.ID, "location": cluster.Location, "project_id": cluster.Project,
		}},
		Operation: &loggingpb.LogEntryOperation{Id: id, Producer: "k8s.io", First: true, Last: true},
	}
	if packed, err := anypb.New(log); err == nil {
		e.Payload = &loggingpb.LogEntry_ProtoPayload{ProtoPayload: packed}
	}
	return e
}

// deletion is the entry of a deleted pod.
func (a *API) deletion(cluster gke.Cluster, namespace, name string, at time.Time) *loggingpb.LogEntry {
	return a.newEntry(cluster, at, &audit.AuditLog{
		MethodName: remove, ResourceName: resourceName(namespace, name), Status: &status.Status{},
		AuthenticationInfo: &audit.AuthenticationInfo{PrincipalEmail: a.Principal},
	})
}
