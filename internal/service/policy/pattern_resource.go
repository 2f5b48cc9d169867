package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// patternModel is one allowlist pattern of a policy in the state.
type patternModel struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Pattern types.String `tfsdk:"pattern"`

	AcknowledgeLockout types.Bool `tfsdk:"acknowledge_lockout"`
}

type patternChange = lifecycle.Change[patternModel]

var describePattern = schema.Schema{
	MarkdownDescription: "One allowlist pattern of a project's policy: images that are admitted without a look at the rules.\n\n" + sharing + "\n\n" + permissions,
	Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "Full name of the pattern: `projects/{project}/policy/admission_whitelist_patterns/{pattern}`."},
		"project": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Id of the project. Defaults to the provider's project. Changing it makes a new pattern.",
			Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"pattern": schema.StringAttribute{
			Required: true, MarkdownDescription: "Such as `us-docker.pkg.dev/acme/base/**`: `*` at the end stands for anything within one directory, `**` also for directories below. Changing it makes a new pattern.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		},
		"acknowledge_lockout": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Let a destroy or a replacement remove the pattern although GKE's own images or workloads are locked out without it, which is an error otherwise. To be applied before that. Default `false`.",
		},
	},
}

// NewPatternResource makes the resource binauthz_policy_allowlist_pattern.
func NewPatternResource() resource.Resource {
	return &lifecycle.Resource[patternModel]{
		Noun: "policy_allowlist_pattern", Describe: describePattern,
		Identity: []lifecycle.IdentityAttribute{
			{Name: "project", Description: "Id of the project. Defaults to the provider's.", Optional: true},
			{Name: "pattern", Description: "The pattern."},
		},
		Ops: lifecycle.Ops[patternModel]{
			Name:  func(m *patternModel) string { return m.ID.ValueString() },
			Parse: parsePattern,
			Identify: func(m *patternModel) map[string]string {
				return map[string]string{"project": m.Project.ValueString(), "pattern": m.Pattern.ValueString()}
			},
			Validate: validatePattern, Plan: planPattern, PlanDelete: planDeletePattern, Shared: shared,
			Create: createPattern, Read: readPattern, Update: keepPattern, Delete: destroyPattern,
		},
	}
}

const patternsOfPolicy = "/admission_whitelist_patterns/"

func patternID(project, pattern string) string {
	return resname.Policy{Project: project}.String() + patternsOfPolicy + pattern
}

// parsePattern reads "projects/{project}/policy/admission_whitelist_patterns/{pattern}", or "{project}/{pattern}" where the
// project is the provider's or the pattern's registry has a dot, as registries do.
func parsePattern(id, defaultProject string) (map[string]string, error) {
	project, pattern := defaultProject, id
	if rest, ok := strings.CutPrefix(id, "projects/"); ok {
		var found bool
		if project, pattern, found = strings.Cut(rest, "/policy"+patternsOfPolicy); !found {
			return nil, fmt.Errorf("%q is not the name of a pattern: want projects/{project}/policy/admission_whitelist_patterns/{pattern}", id)
		}
	} else if first, rest, ok := strings.Cut(id, "/"); ok && !strings.Contains(first, ".") {
		project, pattern = first, rest
	}
	project, err := resname.ParseProject(project)
	if err == nil {
		err = admission.CheckPattern(pattern)
	}
	return map[string]string{"id": patternID(project, pattern), "project": project, "pattern": pattern}, err
}

func addPattern(p *gcp.Policy, pattern string) {
	p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
}

func removePattern(p *gcp.Policy, pattern string) {
	p.AdmissionWhitelistPatterns = slices.DeleteFunc(p.AdmissionWhitelistPatterns, func(w *binaryauthorizationpb.AdmissionWhitelistPattern) bool { return w.NamePattern == pattern })
}

func createPattern(ctx context.Context, c *patternChange) error {
	project, pattern, tried := c.Model.Project.ValueString(), c.Model.Pattern.ValueString(), false
	_, err := c.Clients.EditPolicy(ctx, project, func(p *gcp.Policy) error {
		if slices.Contains(patternsOf(p), pattern) {
			if tried {
				return nil // a write of ours whose reply was lost
			}
			return &gcp.Error{Kind: gcp.KindExists, Method: "UpdatePolicy", Resource: patternID(project, pattern), Message: "the policy has this pattern already"}
		}
		tried = true
		addPattern(p, pattern)
		return nil
	})
	return err
}

func readPattern(ctx context.Context, c *patternChange) error {
	project, pattern := c.Model.Project.ValueString(), c.Model.Pattern.ValueString()
	p, err := c.Clients.Policy(ctx, project)
	if err != nil {
		return err
	}
	if !slices.Contains(patternsOf(p), pattern) {
		return &gcp.Error{Kind: gcp.KindNotFound, Resource: patternID(project, pattern), Message: "the policy has no such pattern"}
	}
	c.Model.ID = types.StringValue(patternID(project, pattern))
	c.Model.AcknowledgeLockout = falseIfNull(c.Model.AcknowledgeLockout)
	return nil
}

// keepPattern has nothing to send: what makes a pattern another one makes a new one.
func keepPattern(context.Context, *patternChange) error { return nil }

func destroyPattern(ctx context.Context, c *patternChange) error {
	_, err := c.Clients.EditPolicy(ctx, c.Prior.Project.ValueString(), func(p *gcp.Policy) error {
		removePattern(p, c.Prior.Pattern.ValueString())
		return nil
	}, c.Prior.judgement(c.Clients, c.Prior.Project.ValueString()).checked())
	return err
}
