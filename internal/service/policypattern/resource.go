package policypattern

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is one allowlist pattern of a policy in the state.
type model struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Pattern types.String `tfsdk:"pattern"`
	Needs   types.Set    `tfsdk:"needs"`

	AcknowledgeLockout types.Bool `tfsdk:"acknowledge_lockout"`
}

type change = lifecycle.Change[model]

// NewResource makes the resource binauthz_policy_allowlist_pattern.
func NewResource() resource.Resource {
	return &lifecycle.Resource[model]{
		Noun: "policy_allowlist_pattern", Describe: describe,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "pattern", Description: "The pattern."},
		},
		Ops: lifecycle.Ops[model]{
			Name:  func(m *model) string { return m.ID.ValueString() },
			Parse: parse, Identify: identify, Validate: validate, Plan: plan, PlanDelete: planDelete, InPlaceOnly: true,
			Create: create, Read: read, Update: keep, Delete: destroy,
		},
	}
}

// parse reads "projects/{project}/policy/admission_whitelist_patterns/{pattern}",
// "{project}/{pattern}", or "{pattern}" in defaultProject. The first part is a project if it has no
// dot, or if it is a valid project id: registries have a dot, and no registry looks like the id of
// a project in a domain.
func parse(id, defaultProject string) (map[string]string, error) {
	project, pattern := defaultProject, id
	if rest, ok := strings.CutPrefix(id, "projects/"); ok {
		var found bool
		if project, pattern, found = strings.Cut(rest, "/policy"+projectpolicy.PatternsOf); !found {
			return nil, fmt.Errorf("%q is not the name of a pattern: want "+
				"projects/{project}/policy/admission_whitelist_patterns/{pattern}", id)
		}
	} else if first, rest, ok := strings.Cut(id, "/"); ok && (!strings.Contains(first, ".") || resname.CheckProjectID(first) == nil) {
		project, pattern = first, rest
	}
	return map[string]string{
		"id": projectpolicy.PatternID(project, pattern), "project": project, "pattern": pattern,
	}, resname.CheckProjectID(project)
}

func identify(m *model) map[string]string {
	return map[string]string{"project": m.Project.ValueString(), "pattern": m.Pattern.ValueString()}
}

func create(ctx context.Context, c *change) error {
	project, pattern := c.Model.Project.ValueString(), c.Model.Pattern.ValueString()
	_, err := c.Clients.EditPolicy(ctx, project, gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, sent bool) error {
		if slices.Contains(projectpolicy.Patterns(p), pattern) && !sent { // sent: our own write with a lost reply
			return &gcp.Error{
				Kind:     gcp.KindExists,
				Method:   "UpdatePolicy",
				Resource: projectpolicy.PatternID(project, pattern),
				Message:  "the policy has this pattern already",
			}
		}
		projectpolicy.AddPattern(p, pattern)
		return nil
	}})
	return err
}

func read(ctx context.Context, c *change) error {
	project, pattern := c.Model.Project.ValueString(), c.Model.Pattern.ValueString()
	p, err := c.Clients.SharedPolicy(ctx, project)
	if err != nil {
		return err
	}
	if !slices.Contains(projectpolicy.Patterns(p), pattern) {
		return &gcp.Error{
			Kind:     gcp.KindNotFound,
			Resource: projectpolicy.PatternID(project, pattern),
			Message:  "the policy has no such pattern",
		}
	}
	c.Model.complete()
	return nil
}

// complete fills in the computed attributes of an existing pattern.
func (m *model) complete() {
	m.ID = types.StringValue(projectpolicy.PatternID(m.Project.ValueString(), m.Pattern.ValueString()))
	m.AcknowledgeLockout = lifecycle.False(m.AcknowledgeLockout)
}

// keep sends nothing: a change of project or pattern replaces the resource.
func keep(context.Context, *change) error { return nil }

func destroy(ctx context.Context, c *change) error {
	guarded := guardOf(c, c.Prior)
	if err := guarded.RefuseTaken(); err != nil {
		return err
	}
	_, err := c.Clients.EditPolicy(ctx, c.Prior.Project.ValueString(), gcp.Edit[*gcp.Policy]{
		Change: func(p *gcp.Policy, _ bool) error {
			projectpolicy.RemovePattern(p, c.Prior.Pattern.ValueString())
			return nil
		},
		Check: guarded.CheckEdit,
	})
	return err
}
