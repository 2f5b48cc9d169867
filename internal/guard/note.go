package guard

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// NoteLeaves warns of the destroy of a note with attestors in its project: they verify nothing
// without it.
func NoteLeaves(ctx context.Context, clients *gcp.Clients, w *walk.Walk, note resname.Note, diags *diag.Diagnostics) {
	all, err := clients.Attestors(ctx, note.Project)
	if err != nil {
		return // no warning without permission to list attestors
	}
	var readers, rules []string
	for name, attestor := range all {
		if plan, planned := w.Attestor(name); attestor.GetUserOwnedGrafeasNote().GetNoteReference() != note.String() ||
			(planned && plan.Leaves) {
			continue
		}
		readers = append(readers, name)
		if blocked, err := (Attestor{Clients: clients, Walk: w, Name: name, Project: note.Project}).Blocked(ctx); err == nil &&
			blocked != "" {
			rules = append(rules, blocked)
		}
	}
	if len(readers) == 0 {
		return
	}
	slices.Sort(readers)
	slices.Sort(rules)
	text := fmt.Sprintf("These attestors read attestations from %s. Without it, they verify none:\n  %s",
		note, strings.Join(readers, "\n  "))
	if len(rules) > 0 {
		text += "\n\n" + strings.Join(rules, "\n")
	}
	diags.AddWarning(about("Note is removed, and attestors verify nothing", note.String()),
		text+"\n\nDestroy the attestors first, or keep the note.")
}
