package guard

import (
	"context"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Events reads the events of a project's audit log that a filter matches, the newest first, at most as many entries, and until take returns
// false. complete says that there are no others. An entry that cannot be read is an error: what is in the log is never left out.
func Events(ctx context.Context, clients *gcp.Clients, project, filter string, most int, take func(auditlog.Event) bool) (complete bool, err error) {
	var bad error
	complete, err = clients.LogEntries(ctx, project, filter, most, func(entry *gcp.LogEntry) bool {
		e := auditlog.Entry{Timestamp: entry.Timestamp, Labels: entry.Labels, Payload: entry.ProtoPayload}
		if entry.Resource != nil {
			e.Resource = entry.Resource.Labels
		}
		event, ok, err := auditlog.Parse(e)
		if err != nil {
			bad = fmt.Errorf("the audit log of project %s has the entry %q of %s, which cannot be read: %w", project, entry.InsertId, entry.Timestamp, err)
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
