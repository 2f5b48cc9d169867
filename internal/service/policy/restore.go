package policy

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	adviceForPolicy = "Make the attestors again, or leave another policy: set deletion_policy to RESET (Google's default) or ABANDON (what is there now), apply that, and destroy then."
	adviceForRule   = "Make the attestors again, or leave the rule as it is: take it out of the state instead, with terraform state rm or a removed block."
)

// unrestorable says of a refused write that goes back to before which attestors are in the way: the API wants every one to exist.
func unrestorable(ctx context.Context, clients *gcp.Clients, err error, before *gcp.Policy, advice string) error {
	e, ok := errors.AsType[*gcp.Error](err)
	if !ok || !gcp.IsKind(err, gcp.KindInvalid) {
		return err
	}
	proof := newProof(ctx, clients)
	gone := slices.DeleteFunc(attestorsOf(before), func(attestor string) bool { return !proof.missing(attestor) })
	if len(gone) > 0 {
		e.Message += "\nWhat was there before, which the destroy goes back to, requires attestors that no longer exist: " + strings.Join(gone, ", ")
		e.Remedy = advice
	}
	return err
}

// attestorsOf are all attestors that a policy requires anywhere.
func attestorsOf(p *gcp.Policy) []string {
	rules := gcp.Rules(p)
	all := slices.Clone(rules.Default.Attestors)
	for _, keyed := range rules.Rules {
		for _, rule := range keyed {
			all = append(all, rule.Attestors...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
