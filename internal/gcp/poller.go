package gcp

import (
	"context"
	"sync"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// pollers has one poller per project.
type pollers struct {
	mu        sync.Mutex
	byProject map[string]*poller
}

func (p *pollers) of(c *Clients, project string) *poller {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byProject == nil {
		p.byProject = map[string]*poller{}
	}
	if p.byProject[project] == nil {
		p.byProject[project] = &poller{clients: c, project: project}
	}
	return p.byProject[project]
}

// poller polls the operations of a project for all waiters. Several waiters share one list: 300
// clusters would otherwise cause 300 calls every few seconds.
type poller struct {
	clients *Clients
	project string

	mu        sync.Mutex
	waiting   int
	round     *listRound
	forbidden bool
}

// listRound is one list of operations. It answers all waiters while it is under way or fresh.
type listRound struct {
	began time.Time
	done  chan struct{}
	ops   map[string]*Operation
}

// wait returns the finished operation. Until then, still is called with progress texts.
func (p *poller) wait(ctx context.Context, cluster resname.Cluster, id string, still func(*Error)) (*Operation, error) {
	p.join(1)
	defer p.join(-1)
	begun, first, status := time.Now(), p.clients.config.PollInterval, "PENDING"
	still(stillRunning(cluster, id, status))
	for pause := first; ; pause = pollPause(pause, first) {
		op, err := p.look(ctx, cluster, id, begun, pause/2)
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		if op.GetStatus() == containerpb.Operation_DONE {
			return op, nil
		}
		if op != nil {
			status = op.GetStatus().String()
			still(stillRunning(cluster, id, status))
		}
		if !sleep(ctx, pause) {
			return nil, ended(ctx, stillRunning(cluster, id, status))
		}
	}
}

func stillRunning(cluster resname.Cluster, id, status string) *Error {
	return &Error{
		Method: getOperation.name, Resource: cluster.String(),
		Message: "operation " + id + " is still " + status,
		Remedy:  "The operation continues at GKE. Run again. If operations regularly take longer, set a longer limit in timeouts.",
	}
}

func (p *poller) join(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting += n
}

// look asks for one operation: by name if it is the only one, or if a list lacks it (lists can be
// partial); else in a list not older than maxAge. nil means no news.
func (p *poller) look(ctx context.Context, cluster resname.Cluster, id string, begun time.Time, maxAge time.Duration) (*Operation, error) {
	round, mine := p.roundFor(maxAge)
	if mine {
		p.fill(ctx, round)
	}
	if round != nil {
		select {
		case <-round.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if op := round.ops[id]; op != nil || round.began.Before(begun) {
			return op, nil
		}
	}
	return p.clients.getOperation(ctx, cluster, id)
}

// fill makes a list. A denied list is not requested again.
func (p *poller) fill(ctx context.Context, round *listRound) {
	ops, err := p.clients.listOperations(InHaste(ctx), p.project)
	p.mu.Lock()
	defer p.mu.Unlock()
	round.ops, p.forbidden = ops, IsKind(err, KindDenied)
	close(round.done)
}

// roundFor is nil with a single waiter, or if lists are denied. mine means that the caller makes
// the list.
func (p *poller) roundFor(maxAge time.Duration) (round *listRound, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waiting < 2 || p.forbidden {
		return nil, false
	}
	if p.round != nil && (!p.round.over() || time.Since(p.round.began) < maxAge) {
		return p.round, false
	}
	p.round = &listRound{began: time.Now(), done: make(chan struct{})}
	return p.round, true
}

func (r *listRound) over() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}
