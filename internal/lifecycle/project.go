package lifecycle

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// PlanProject plans the attribute "project": the configured one, else the provider's default. A
// change replaces the object, because an object cannot move to another project. If both are
// missing, the error is at the attribute.
func PlanProject[M any](c *Change[M], project func(*M) *types.String) {
	config, plan := project(c.Config), project(c.Model)
	switch {
	case !config.IsNull():
		*plan = *config
	case c.Clients != nil && c.Clients.Project() != "":
		*plan = types.StringValue(c.Clients.Project())
	case c.Clients != nil && c.Clients.Unconfigured():
		*plan = types.StringUnknown()
	default:
		c.Diags.AddAttributeError(path.Root("project"), "Missing project",
			"Neither the resource nor the provider has a project. Set project here or in the provider block, or "+
				"GOOGLE_PROJECT in the environment.")
	}
	if c.Prior != nil && !plan.Equal(*project(c.Prior)) {
		c.Replace = append(c.Replace, path.Root("project"))
	}
}

// Named are the attributes of an object with a project and a name.
type Named struct {
	Project, Name, ID *types.String
	// Full is the full name of the object. It is asked for only if project and name are known.
	Full func() string
}

// PlanNamed plans project and id. Another project or name replaces the object, also if it is not
// known yet.
func PlanNamed[M any](c *Change[M], named func(*M) Named) {
	PlanProject(c, func(m *M) *types.String { return named(m).Project })
	plan := named(c.Model)
	if c.Prior != nil && !plan.Name.Equal(*named(c.Prior).Name) {
		c.Replace = append(c.Replace, path.Root("name"))
	}
	*plan.ID = types.StringUnknown()
	if !plan.Project.IsUnknown() && !plan.Name.IsUnknown() {
		*plan.ID = types.StringValue(plan.Full())
	}
}

// DefaultProject is the project of a data source or an action: the configured one, else the
// provider's default.
func DefaultProject(clients *gcp.Clients, config types.String) (string, error) {
	if config.ValueString() != "" {
		return resname.ParseProject(config.ValueString())
	}
	if clients.Project() == "" {
		return "", &AttributeError{
			Path: path.Root("project"),
			Err:  errors.New("neither this block nor the provider has a project"),
		}
	}
	return clients.Project(), nil
}

// ProjectID accepts the id of a project, or an empty text for the provider's.
var ProjectID validator.String = projectID{}

type projectID struct{}

func (projectID) Description(context.Context) string               { return "must be the id of a project" }
func (p projectID) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

func (projectID) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.ValueString() == "" {
		return
	}
	if err := resname.CheckProjectID(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid project", err.Error())
	}
}
