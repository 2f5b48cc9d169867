package iam

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func shortName(resource string) string { return resource[strings.LastIndex(resource, "/")+1:] }

// planResource plans the project and returns the full name of the object, or "" if it is unknown. A
// full name includes the project.
func (k kind) planResource(c *change) string {
	if k.object.byProject {
		lifecycle.PlanProject(c, func(v *view) *types.String { return &v.Project })
		if c.Model.Project.IsUnknown() || c.Model.Project.ValueString() == "" {
			return ""
		}
		resource, _, _ := k.object.parse("", c.Model.Project.ValueString())
		return resource
	}
	c.Model.Project = types.StringUnknown()
	if c.Config.object.IsUnknown() || c.Config.Project.IsUnknown() {
		return ""
	}
	resource, project, err := k.find(c)
	if err != nil {
		c.Diags.AddAttributeError(path.Root(k.object.noun), "Invalid "+k.object.noun, err.Error())
		return ""
	}
	if project == "" {
		return ""
	}
	c.Model.Project = types.StringValue(project)
	if given := c.Config.Project.ValueString(); given != "" && given != project {
		c.Diags.AddAttributeError(path.Root("project"), "Invalid project", errOtherProject(given, c.Config.object.ValueString()).Error())
	}
	return resource
}

func errOtherProject(project, reference string) error {
	return fmt.Errorf("project is %q, but %q is in another project. Remove project", project, reference)
}

// find returns the object of the configuration. Its project is "" while the provider's project is
// unknown.
func (k kind) find(c *change) (resource, project string, err error) {
	project = c.Config.Project.ValueString()
	if project == "" && c.Clients != nil {
		project = c.Clients.Project()
	}
	if project == "" && c.Clients.Unconfigured() && !strings.Contains(c.Config.object.ValueString(), "/") {
		return "", "", nil
	}
	return k.object.locate(c.Config.object.ValueString(), project)
}

// complete sets the values left unknown by the plan, at the start of a create.
func (k kind) complete(c *change) error {
	project := c.Model.Project.ValueString()
	if project == "" {
		project = c.Clients.Project()
	}
	reference := ""
	if c.Model.object != nil {
		reference = c.Model.object.ValueString()
	}
	resource, project, err := k.object.locate(reference, project)
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root(k.attribute()), Err: err}
	}
	c.Model.Project = types.StringValue(project)
	c.Model.ID = types.StringValue(k.idOf(resource, k.granted(c.Model)))
	return nil
}

// attribute returns the name of the attribute for the object.
func (k kind) attribute() string {
	if k.object.byProject {
		return "project"
	}
	return k.object.noun
}
