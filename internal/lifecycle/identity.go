package lifecycle

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// IdentityAttribute is one attribute of an identity, always a string. Their order is the order in
// the short import id: "project/name".
type IdentityAttribute struct {
	Name, Description string
	// Optional means that an import may omit it.
	Optional bool
}

// IdentitySchema implements resource.ResourceWithIdentity.
func (r *Resource[M]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	if len(r.Moves) > 0 {
		resp.IdentitySchema.Version = identityVersion
	}
	resp.IdentitySchema.Attributes = map[string]identityschema.Attribute{}
	for _, a := range r.Identity {
		resp.IdentitySchema.Attributes[a.Name] = identityschema.StringAttribute{
			Description: a.Description, RequiredForImport: !a.Optional, OptionalForImport: a.Optional,
		}
	}
}

// ImportState implements resource.ResourceWithImportState, for an id (command line or import block)
// and for an identity. Terraform reads the object afterwards.
func (r *Resource[M]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, project := req.ID, ""
	if r.configured.Clients != nil {
		project = r.configured.Clients.Project()
	}
	if id == "" && req.Identity != nil {
		id = r.shortID(ctx, req.Identity, &resp.Diagnostics)
	}
	attributes, err := r.Ops.Parse(id, project)
	if err != nil {
		resp.Diagnostics.AddError("Cannot import "+r.words(), err.Error())
		return
	}
	for name, value := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// shortID joins the identity's attributes to an import id.
func (r *Resource[M]) shortID(ctx context.Context, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) string {
	var parts []string
	for _, a := range r.Identity {
		var value types.String
		diags.Append(identity.GetAttribute(ctx, path.Root(a.Name), &value)...)
		if value.ValueString() != "" {
			parts = append(parts, value.ValueString())
		}
	}
	return strings.Join(parts, "/")
}

// storeIdentity does nothing if the CLI does not support identities.
func storeIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, attributes map[string]string) (diags diag.Diagnostics) {
	if identity == nil {
		return nil
	}
	for name, value := range attributes {
		diags.Append(identity.SetAttribute(ctx, path.Root(name), value)...)
	}
	return diags
}

// words is the noun as a sentence has it.
func (r *Resource[M]) words() string { return strings.ReplaceAll(r.Noun, "_", " ") }
