package guard

import (
	"context"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Events reads the matching events of a project's audit log, the newest first. It stops after most
// entries, or if take returns false. complete means that there are no further entries. An
// unreadable entry is an error.
func Events(
	ctx context.Context, clients *gcp.Clients, project, filter string, most int, take func(auditlog.Event) bool,
) (complete bool, err error) {
	var bad error
	complete, err = clients.LogEntries(ctx, project, filter, most, func(entry *gcp.LogEntry) bool {
		e := auditlog.Entry{Timestamp: entry.Timestamp, Labels: entry.Labels, Payload: entry.ProtoPayload}
		if entry.Resource != nil {
			e.Resource = entry.Resource.Labels
		}
		event, ok, err := auditlog.Parse(e)
		if err != nil {
			bad = fmt.Errorf("the audit log of project %s has an unreadable entry %q of %s: %w",
				project, entry.InsertId, entry.Timestamp, err)
			return false
		}
		return !ok || take(event)
	})
	if bad != nil {
		return false, bad
	}
	return complete, err
}

// requestOf is the workload of an event.
func requestOf(location, cluster, namespace, account, image string) admission.Request {
	return admission.Request{Image: image, Cluster: admission.ClusterKey(location, cluster), Namespace: namespace, ServiceAccount: account}
}
