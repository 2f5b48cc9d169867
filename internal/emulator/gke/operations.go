package gke

import (
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"github.com/google/uuid"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// operation is one operation on a cluster. Its effect comes at its end.
type operation struct {
	id      string
	kind    containerpb.Operation_Type
	on      *cluster
	pool    string // the node pool, or "" for an operation on the cluster
	started time.Time
	// active is the end of PENDING, due the end of the operation; with byHand it runs until
	// FinishOperation.
	active, due, ended time.Time
	byHand             bool
	failure            *failure
	commit             func()
	abandon            func(why string)
}

// failure is the error of a failed operation.
type failure struct {
	code                codes.Code
	message             string
	statusMessageAsWell bool
}

// start starts an operation on c; c must be idle. commit applies its effect, abandon runs instead
// if it fails.
func (a *API) start(c *cluster, kind containerpb.Operation_Type, commit func(), abandon func(why string)) *operation {
	now := a.w.Clock().UTC()
	op := &operation{
		id:      fmt.Sprintf("operation-%d-%s", now.UnixMilli(), uuid.NewString()),
		kind:    kind,
		on:      c,
		started: now,
		active:  now.Add(a.w.OperationTime / 10),
		due:     now.Add(a.w.OperationTime),
		failure: a.failures[c.name],
		commit:  commit,
		abandon: abandon,
	}
	delete(a.failures, c.name)
	c.busy = op
	a.operations = append(a.operations, op)
	a.running = append(a.running, op)
	return op
}

// settle finishes the operations that are due.
func (a *API) settle() {
	now := a.w.Clock()
	for _, op := range slices.Clone(a.running) {
		if !op.byHand && !now.Before(op.due) {
			a.finish(op, op.due)
		}
	}
}

func (a *API) finish(op *operation, at time.Time) {
	a.end(op, at)
	if op.failure != nil {
		op.abandon(op.failure.message)
		return
	}
	op.commit()
}

// end makes op's cluster idle without any effect.
func (a *API) end(op *operation, at time.Time) {
	op.ended = at
	op.on.busy = nil
	a.running = slices.DeleteFunc(a.running, func(o *operation) bool { return o == op })
}

// unchanged is the abandon function of operations without effect on failure.
func unchanged(string) {}

func (a *API) operation(id string) *operation {
	if i := slices.IndexFunc(a.operations, func(o *operation) bool { return o.id == id }); i >= 0 {
		return a.operations[i]
	}
	return nil
}

func (a *API) getOperation(p place, id, version string) (*containerpb.Operation, error) {
	op := a.operation(id)
	if op == nil || p.location == everywhere || !p.holds(op.on.name) {
		return nil, status.Errorf(codes.NotFound, "Not found: %s.", path(p, "operations", id))
	}
	return a.reportOperation(op, version), nil
}

func (a *API) listOperations(p place, version string) []*containerpb.Operation {
	var all []*containerpb.Operation
	for _, op := range a.operations {
		if p.holds(op.on.name) && !slices.Contains(a.missing[p.project], op.on.name.Location) {
			all = append(all, a.reportOperation(op, version))
		}
	}
	return all
}

// reportOperation is op in the form of the API's answers: links have the project number, and there
// is no location, as in recordings of the service.
func (a *API) reportOperation(op *operation, version string) *containerpb.Operation {
	n, at := op.on.name, place{a.w.ProjectNumber(op.on.name.Project), op.on.name.Location}
	m := &containerpb.Operation{
		Name:          op.id,
		Zone:          n.Location,
		OperationType: op.kind,
		Status:        a.operationStatus(op),
		SelfLink:      link(version, at, "operations", op.id),
		TargetLink:    link(version, at, "clusters", n.ID),
		StartTime:     op.started.Format(time.RFC3339Nano),
	}
	if op.pool != "" {
		m.TargetLink += "/nodePools/" + op.pool
	}
	if !op.ended.IsZero() {
		m.EndTime = op.ended.Format(time.RFC3339Nano)
		m.Progress = op.progress()
		op.failure.report(m)
	}
	return m
}

// progress is the recorded progress of an ended create. Other kinds of operations have none.
func (op *operation) progress() *containerpb.OperationProgress {
	if op.kind != containerpb.Operation_CREATE_CLUSTER {
		return nil
	}
	count := func(name string, n int64) *containerpb.OperationProgress_Metric {
		return &containerpb.OperationProgress_Metric{Name: name, Value: &containerpb.OperationProgress_Metric_IntValue{IntValue: n}}
	}
	return &containerpb.OperationProgress{Metrics: []*containerpb.OperationProgress_Metric{
		count("CLUSTER_CONFIGURING", 8), count("CLUSTER_CONFIGURING_TOTAL", 8),
		count("CLUSTER_DEPLOYING", 12), count("CLUSTER_DEPLOYING_TOTAL", 12),
		count("CLUSTER_HEALTHCHECKING", 1), count("CLUSTER_HEALTHCHECKING_TOTAL", 2),
	}}
}

func (a *API) operationStatus(op *operation) containerpb.Operation_Status {
	switch {
	case !op.ended.IsZero():
		return containerpb.Operation_DONE
	case a.w.Clock().Before(op.active):
		return containerpb.Operation_PENDING
	}
	return containerpb.Operation_RUNNING
}

func (f *failure) report(m *containerpb.Operation) {
	if f == nil {
		return
	}
	m.Error = &rpcstatus.Status{Code: int32(f.code), Message: f.message}
	if f.statusMessageAsWell {
		m.StatusMessage = f.message
	}
}

func (a *API) missingIn(p place) []string {
	var zones []string
	for _, z := range a.missing[p.project] {
		if p.holds(resname.Cluster{Project: p.project, Location: z}) {
			zones = append(zones, z)
		}
	}
	return zones
}
