package walks

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policypattern"
	"github.com/binauthz/terraform-provider-binauthz/internal/service/policyrule"
	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

// TestPolicyPartIsKeptForACreatedWhole: the destroy of a part writes nothing after the same apply
// has created the whole policy.
func TestPolicyPartIsKeptForACreatedWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		part resource.ResourceWithConfigure
		at   path.Path
		key  string
	}{
		"a rule":    {policyrule.NewResource().(resource.ResourceWithConfigure), path.Root("scope").AtName("cluster"), "us-central1.prod"},
		"a pattern": {policypattern.NewResource().(resource.ResourceWithConfigure), path.Root("pattern"), "gcr.io/acme/*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, w := acctest.NewEmulated(t, emulator.Options{}), walk.New()
			c.part.Configure(t.Context(), resource.ConfigureRequest{ProviderData: lifecycle.Configured{Clients: g.Clients, Walk: w}}, nil)
			var schema resource.SchemaResponse
			c.part.Schema(t.Context(), resource.SchemaRequest{}, &schema)
			state := tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(schema.Schema.Type().TerraformType(t.Context()), nil)}
			diags := state.SetAttribute(t.Context(), path.Root("project"), g.Project)
			diags.Append(state.SetAttribute(t.Context(), c.at, c.key)...)
			w.Made(walk.Object{ID: "projects/demo/policy", Instance: "whole"})
			resp := resource.DeleteResponse{State: state, Diagnostics: diags}
			c.part.Delete(t.Context(), resource.DeleteRequest{State: state}, &resp)
			if n := g.Calls("UpdatePolicy"); n != 0 || resp.Diagnostics.ErrorsCount() != 1 {
				t.Fatalf("%d writes, %v", n, resp.Diagnostics)
			}
			acctest.Says(t, resp.Diagnostics.Errors()[0].Detail(), "has created the binauthz_policy of projects/demo/policy",
				"terraform state rm ADDRESS")
		})
	}
}
