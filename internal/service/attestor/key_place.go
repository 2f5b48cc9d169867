package attestor

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// placeOf returns the attestor of a model. A full name includes the project.
func placeOf(clients *gcp.Clients, m *singleModel) (resname.Attestor, error) {
	project := m.Project.ValueString()
	if project == "" && clients != nil {
		project = clients.Project()
	}
	name, err := resname.ParseAttestor(m.Attestor.ValueString(), project)
	if err != nil {
		return name, &lifecycle.AttributeError{Path: path.Root("attestor"), Err: err}
	}
	if given := m.Project.ValueString(); given != "" && given != name.Project {
		return name, &lifecycle.AttributeError{Path: path.Root("project"), Err: fmt.Errorf(
			"project is %q, but %q is in another project. Remove project", given, m.Attestor.ValueString())}
	}
	return name, nil
}

// planPlace plans the project and returns the attestor; known is false if it is unknown.
func planPlace(c *singleChange) (name resname.Attestor, known bool) {
	c.Model.Project = types.StringUnknown()
	if c.Config.Attestor.IsUnknown() || c.Config.Project.IsUnknown() {
		return name, false
	}
	name, err := placeOf(c.Clients, c.Config)
	switch {
	case err == nil:
		c.Model.Project = types.StringValue(name.Project)
		return name, true
	case c.Config.Project.IsNull() && c.Clients.Unconfigured() && !strings.Contains(c.Config.Attestor.ValueString(), "/"):
		return name, false // the provider's project is unknown
	}
	refusePlace(c, err)
	return name, false
}

func refusePlace(c *singleChange, err error) {
	at := path.Root("attestor")
	if of, ok := err.(*lifecycle.AttributeError); ok { //nolint:errorlint // placeOf wraps nothing
		at = of.Path
	}
	c.Diags.AddAttributeError(at, "Invalid attestor", err.Error())
}

// splitKey parses "ATTESTOR KEYID", with the full name of the attestor or the short name in
// project.
func splitKey(id, project string) (name resname.Attestor, key string, err error) {
	attestor, key, found := strings.Cut(id, " ")
	if !found || key == "" {
		return name, "", fmt.Errorf("%q is not the id of a key: want \"ATTESTOR KEYID\", such as %q", id,
			"projects/p/attestors/a ni:///sha-256;…")
	}
	name, err = resname.ParseAttestor(attestor, project)
	return name, key, err
}

func parseKey(id, project string) (map[string]string, error) {
	name, key, err := splitKey(id, project)
	return map[string]string{"id": name.String() + " " + key, "project": name.Project, "attestor": name.String(), "key_id": key}, err
}

func identifyKey(m *singleModel) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "attestor": m.name().ID, "key_id": m.KeyID.ValueString()}
}

// ImportState implements resource.ResourceWithImportState.
func (r *keyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if req.ID == "" && req.Identity != nil {
		var project, attestor, key types.String
		for name, into := range map[string]*types.String{"project": &project, "attestor": &attestor, "key_id": &key} {
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), into)...)
		}
		req.ID = attestor.ValueString() + " " + key.ValueString()
		if project.ValueString() != "" {
			req.ID = project.ValueString() + "/" + req.ID
		}
	}
	r.Resource.ImportState(ctx, req, resp)
}
