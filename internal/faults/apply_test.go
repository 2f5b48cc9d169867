package faults_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// apply carries out plans, stage by stage, and stores the results.
func (p *process) apply(into state, plans map[string]*planned) error {
	for _, stage := range []int{-2, -1, 0, 1, 2} { // destroys go backwards
		var some []object
		for _, next := range plans {
			if order(next) == stage && !next.empty() {
				some = append(some, next.object)
			}
		}
		var mu sync.Mutex
		err := p.each(some, func(o object) error {
			result, err := p.applyOne(plans[o.address()])
			mu.Lock()
			defer mu.Unlock()
			if result == nil {
				delete(into, o.address())
			} else {
				into[o.address()] = result
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func order(p *planned) int {
	if p.attributes == nil {
		return -p.stage
	}
	return p.stage
}

func (p *process) applyOne(next *planned) (*stored, error) {
	reply, err := p.server.ApplyResourceChange(context.Background(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: next.kind, PriorState: dynamic(next.prior), PlannedState: dynamic(next.value), Config: dynamic(next.config),
		PlannedPrivate: next.private, PlannedIdentity: next.identity,
	})
	if err != nil {
		return nil, err
	}
	failed := failure("apply "+next.address(), reply.Diagnostics)
	now, err := reply.NewState.Unmarshal(p.typeOf(next.object))
	if err != nil || now.IsNull() {
		return nil, errors.Join(failed, err)
	}
	result := &stored{
		object:   next.object,
		value:    now,
		private:  reply.Private,
		identity: reply.NewIdentity,
		tainted:  failed != nil && next.prior.IsNull(),
	}
	if failed == nil {
		failed = inconsistent(next, now)
	}
	return result, failed
}

// inconsistent is Terraform's own check of providers: known planned values must be the result.
func inconsistent(next *planned, now tftypes.Value) error {
	differences, err := next.value.Diff(now)
	for _, d := range differences {
		if d.Value1 != nil && d.Value1.IsFullyKnown() && !strings.Contains(d.Path.String(), "Element") {
			err = errors.Join(err, fmt.Errorf("%s: the provider produced an inconsistent result: %s", next.address(), d))
		}
	}
	return err
}
