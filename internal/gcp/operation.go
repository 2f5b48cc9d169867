package gcp

import (
	"context"
	"fmt"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Operation is a GKE operation: not a google.longrunning one, but a message of GKE's own.
type Operation = containerpb.Operation

// WaitOperation waits for the end of an operation, by its bare id. A failed operation is an error
// of kind KindFailed with GKE's message.
func (c *Clients) WaitOperation(ctx context.Context, cluster resname.Cluster, id string) error {
	return c.waitOperation(ctx, cluster, id, func(*Error) {})
}

func (c *Clients) waitOperation(ctx context.Context, cluster resname.Cluster, id string, still func(*Error)) error {
	defer c.clusterReads.Wrote(cluster.String())
	op, err := c.pollers.of(c, cluster.Project).wait(ctx, cluster, id, still)
	if err != nil {
		return err
	}
	return operationError(op, cluster)
}

// operationError is the error of a finished operation, nil for success. GKE uses the field error,
// or only the deprecated status_message.
func operationError(op *Operation, cluster resname.Cluster) error {
	message := op.GetError().GetMessage()
	if message == "" {
		message = op.GetStatusMessage() //nolint:staticcheck // deprecated, still the only place on older replies
	}
	if message == "" && op.GetError().GetCode() == 0 {
		return nil
	}
	e := &Error{
		Kind: KindFailed, Method: updateCluster.name, Resource: cluster.String(), Message: message,
		Remedy: fmt.Sprintf("See: gcloud container operations describe %s --location=%s --project=%s",
			op.GetName(), cluster.Location, cluster.Project),
	}
	if e.takeOrgPolicy(reasonOf(op.GetError().GetDetails())); e.Kind == KindOrgPolicy {
		e.Remedy = remedy(e.Kind, updateCluster, cluster.Project)
	}
	e.Message = fmt.Sprintf("operation %s ended with error code %d: %s", op.GetName(), op.GetError().GetCode(), e.Message)
	return e
}

// reasonOf is the reason in the details of an error, "" if there is none.
func reasonOf(details []*anypb.Any) string {
	for _, detail := range details {
		var info errdetails.ErrorInfo
		if detail.UnmarshalTo(&info) == nil {
			return info.GetReason()
		}
	}
	return ""
}

func (c *Clients) getOperation(ctx context.Context, cluster resname.Cluster, id string) (*Operation, error) {
	client, err := c.operationsClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[*Operation]{
		method: getOperation, resource: cluster.Operation(id), project: cluster.Project,
		send: func(ctx context.Context) (*Operation, error) {
			return client.GetOperation(ctx, &containerpb.GetOperationRequest{Name: cluster.Operation(id)})
		},
	})
}

// listOperations returns the operations of a project by bare id. Zones without an answer are
// missing without an error.
func (c *Clients) listOperations(ctx context.Context, project string) (map[string]*Operation, error) {
	client, err := c.operationsClient()
	if err != nil {
		return nil, err
	}
	return run(ctx, c, call[map[string]*Operation]{
		method: listOperations, resource: "projects/" + project, project: project,
		send: func(ctx context.Context) (map[string]*Operation, error) {
			reply, err := client.ListOperations(ctx, &containerpb.ListOperationsRequest{Parent: resname.EverywhereIn(project)})
			if err != nil {
				return nil, err
			}
			byID := make(map[string]*Operation, len(reply.GetOperations()))
			for _, op := range reply.GetOperations() {
				byID[op.GetName()] = op
			}
			return byID, nil
		},
	})
}

// runningOn returns a running operation of the cluster, nil if there is none or the list is denied.
// It is only a help: GKE refuses an update of a busy cluster and names the operation.
func (c *Clients) runningOn(ctx context.Context, cluster resname.Cluster) (*Operation, error) {
	all, err := c.listOperations(ctx, cluster.Project)
	if err != nil && !IsKind(err, KindDenied) {
		return nil, err
	}
	for _, op := range all {
		if op.GetStatus() != containerpb.Operation_DONE && onCluster(op, cluster) {
			return op, nil
		}
	}
	return nil, nil
}

// onCluster compares the path after the project, because target links contain the project number.
func onCluster(op *Operation, cluster resname.Cluster) bool {
	target, err := resname.ParseCluster(op.GetTargetLink(), cluster.Project)
	return err == nil && target.Location == cluster.Location && target.ID == cluster.ID
}

// pollPause grows slowly: an operation of 20 seconds must not be noticed 20 seconds late.
func pollPause(current, first time.Duration) time.Duration {
	return min(current+current/10, 3*first)
}

// RunningOperations are the bare ids of the unfinished operations of a project.
func (c *Clients) RunningOperations(ctx context.Context, project string) ([]string, error) {
	all, err := c.listOperations(ctx, project)
	var ids []string
	for id, op := range all {
		if op.GetStatus() != containerpb.Operation_DONE {
			ids = append(ids, id)
		}
	}
	return ids, err
}
