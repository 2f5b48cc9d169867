package attestation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// planRequire refuses a plan if the image fails a check. Unknown values, unfinished scans and
// missing provenance are left to the apply.
func planRequire(ctx context.Context, c *change, otherwise string) {
	m := c.Model
	if c.Diags.HasError() {
		return
	}
	for _, err := range refusedByPlan(ctx, c.Clients, m, otherwise, c.Diags) {
		lifecycle.Report("Image does not pass", m.title(), err, c.Diags)
	}
}

// planRequireAgain is planRequire for an existing attestation with a changed require.
func planRequireAgain(ctx context.Context, c *change) {
	if !c.Model.Require.Equal(c.Prior.Require) {
		planRequire(ctx, c, staysAsItIs)
	}
}

// refusedByPlan returns the checks that fail with existing results.
func refusedByPlan(ctx context.Context, clients *gcp.Clients, m *model, otherwise string, diags *diag.Diagnostics) []error {
	if m.Require.IsNull() || m.Image.IsUnknown() || m.Project.IsUnknown() || !isKnown(ctx, m.Require) || clients.Ready() != nil {
		return nil
	}
	d, err := demandOf(ctx, clients, m.Require, m.Image.ValueString(), m.Project.ValueString(), otherwise)
	if err != nil {
		return []error{err}
	}
	seen := d.look(gcp.InHaste(ctx))
	for _, err := range seen.unread {
		guard.WarnOfUnchecked(diags, m.title(), []string{fieldRequire + ": " + lifecycle.Words(err)}, nil)
	}
	return seen.failed
}

func isKnown(ctx context.Context, of types.Object) bool {
	v, err := of.ToTerraformValue(ctx)
	return err == nil && v.IsFullyKnown()
}
