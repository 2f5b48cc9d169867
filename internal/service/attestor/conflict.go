package attestor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const memoryOfEtag = "etag"

// pinned returns the etag of the plan's refresh, so that an update never overwrites a later change.
// Without an etag (a create's reply has none, and no documentation promises one in a list), it
// compares the live attestor with the state instead.
func pinned(ctx context.Context, c *change) (string, error) {
	var etag string
	if c.Memory.Recall(ctx, memoryOfEtag, &etag) && etag != "" {
		return etag, nil
	}
	now, err := c.Clients.FreshAttestor(ctx, c.Prior.name())
	if err != nil {
		return "", err
	}
	if changes := changesSince(ctx, c, now); len(changes) > 0 {
		return "", changed(changes)
	}
	return now.GetEtag(), nil
}

// conflict describes the changes made by others since the plan.
func conflict(ctx context.Context, c *change, err error) error {
	now, readErr := c.Clients.FreshAttestor(ctx, c.Prior.name())
	if readErr != nil {
		return err
	}
	return changed(changesSince(ctx, c, now))
}

func changed(what []string) error {
	if len(what) == 0 {
		what = []string{"it was written again with the same contents"}
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdateAttestor",
		Message: "the attestor has changed since the plan, and nothing was written: " + strings.Join(what, "; "),
		Remedy:  "Make a new plan, review it, and apply it.",
	}
}

// changesSince compares the live attestor with the prior state.
func changesSince(ctx context.Context, c *change, now *gcp.Attestor) []string {
	current := *c.Prior
	if err := current.fromAPI(ctx, now, c.Diags); err != nil {
		return []string{err.Error()}
	}
	var changes []string
	if a, b := c.Prior.Description.ValueString(), current.Description.ValueString(); a != b {
		changes = append(changes, fmt.Sprintf("description is now %q", b))
	}
	before, after := c.Prior.keys(ctx, c.Diags), current.keys(ctx, c.Diags)
	changes = append(changes, missing(after, before, "public key %s was added or changed")...)
	return append(changes, missing(before, after, "public key %s was removed or changed")...)
}

// missing names the keys of a without an equal in b.
func missing(a, b []keyModel, format string) []string {
	var names []string
	for _, k := range a {
		if !slices.ContainsFunc(b, k.same) {
			names = append(names, fmt.Sprintf(format, k.ID.ValueString()))
		}
	}
	return names
}
