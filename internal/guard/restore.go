package guard

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Unrestorable adds the missing attestors to the error of a refused write that restores before: the
// API requires every attestor to exist.
func Unrestorable(ctx context.Context, clients *gcp.Clients, err error, before *judge.Policy, advice string) error {
	e, ok := errors.AsType[*gcp.Error](err)
	if !ok || !gcp.IsKind(err, gcp.KindInvalid) {
		return err
	}
	look := &evidence{ctx: ctx, clients: clients}
	gone := slices.DeleteFunc(projectpolicy.Attestors(before), func(attestor string) bool { return !look.missing(attestor) })
	if len(gone) > 0 {
		e.Message += "\nThe destroy restores the earlier rules. They require attestors that no longer exist: " + strings.Join(gone, ", ")
		e.Remedy = advice
	}
	return err
}
