package attestor

import (
	"context"
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// planDelete warns of what a destroy takes from attestations. What a replacement does is for plan to tell: it knows the new one.
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

// leavesNote says what becomes of an attestor whose replacement reads another note; "" if it stays on its note.
func leavesNote(c *change) string {
	switch {
	case c.Model.Note.IsUnknown():
		return "is replaced by one on a note that is not known yet"
	case c.Model.note() != c.Prior.note():
		return "is replaced by one on " + c.Model.note()
	}
	return ""
}

// warnOfLostAttestor tells how many attestations an attestor that goes verifies now. Which of them the same plan destroys is not
// known here.
func warnOfLostAttestor(ctx context.Context, c *change, becomes string) {
	keys := rotation{before: c.Prior.keys(ctx, c.Diags)}
	if len(keys.before) == 0 {
		return
	}
	what := c.Prior.name().String() + " " + becomes
	if lost, images := keys.lost(attestations(ctx, c, what)); len(images) > 0 {
		c.Diags.AddWarning(lifecycle.About("Attestations lose their attestor", c.Prior.name().String()), fmt.Sprintf("%s. Its keys verify %d attestations, of these images (%d):\n%s\n"+
			"They count for nothing without it, unless another attestor on %s has the key. Where a policy still requires it, these images are refused from then on. "+
			"Attestations that the same plan destroys are counted, too.", what, lost, len(images), listOf(images), c.Prior.note()))
	}
}
