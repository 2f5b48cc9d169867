package attestor

import (
	"context"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// planDelete warns about attestations that lose their attestor in a destroy. A replacement is
// checked by plan, with the new attestor.
func planDelete(ctx context.Context, c *change) {
	if c.Clients.Unconfigured() {
		return
	}
	becomes := "is destroyed"
	if c.Model != nil {
		becomes = "is replaced"
		if !c.Model.ID.Equal(c.Prior.ID) {
			becomes = "is replaced by " + c.Model.ID.ValueString()
		}
	} else {
		warnOfLostAttestor(ctx, c, becomes)
	}
	guardOf(c, c.Prior).Leaves(ctx, c.Diags, becomes)
}

// leavesNote describes a replacement with another note; "" if the note stays.
func leavesNote(c *change) string {
	switch {
	case c.Model.Note.IsUnknown():
		return "is replaced by one on an unknown note"
	case c.Model.note() != c.Prior.note():
		return "is replaced by one on " + c.Model.note()
	}
	return ""
}

// warnOfLostAttestor counts the attestations verified by a leaving attestor. It also counts
// attestations destroyed by the same plan, because it does not know them.
func warnOfLostAttestor(ctx context.Context, c *change, becomes string) {
	keys := rotation{before: c.Prior.keys(ctx, c.Diags)}
	if len(keys.before) == 0 {
		return
	}
	what := c.Prior.name().String() + " " + becomes
	if lost, images := keys.lost(attestations(ctx, c, what)); len(images) > 0 {
		c.Diags.AddWarning(lifecycle.About("Attestations lose their attestor", c.Prior.name().String()), fmt.Sprintf(
			"%s. Its keys verify %d attestations of %d images:\n%s\nWithout the attestor, these attestations prove nothing, "+
				"unless another attestor on %s has the key. A policy that still requires the attestor then refuses these "+
				"images. The number includes attestations destroyed by the same plan.",
			what, lost, len(images), listOf(images), c.Prior.note()))
	}
}
