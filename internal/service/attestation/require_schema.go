package attestation

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// The attributes of require.
const (
	fieldRequire       = "require"
	fieldVulnerability = "vulnerability"
	fieldSLSA          = "slsa"
)

// permissionsToCheck lists the permissions for require.
const permissionsToCheck = "Permissions: `containeranalysis.occurrences.list` (role `roles/containeranalysis.occurrences.viewer`) in " +
	"the projects with the results."

// whereResultsAre documents the default projects. Artifact Analysis keeps its results in the
// project of the repository (https://cloud.google.com/artifact-analysis/docs/artifact-analysis).
const whereResultsAre = " Without projects, the provider looks up the results in the project of the image's repository if it is in " +
	"Artifact Registry, else in the attestation's project."

// describeRequire describes require, for the resource and the action.
var describeRequire = schema.SingleNestedAttribute{
	Optional: true,
	MarkdownDescription: "Checks of `binauthz_platform_policy` that the image must pass: `vulnerability`, `slsa` or both. The " +
		"provider evaluates them right before it signs the attestation or adopts an existing one. If one fails, it signs and " +
		"writes nothing, and the error names each finding. A plan fails if existing results fail a check. The apply waits for an " +
		"unfinished scan, even if another one has ended, up to the time limit. If the result of a check is not certain, the " +
		"strictest reading decides, and the error names the doubt. Absent means no check.\n\n" + permissionsToCheck,
	Attributes: map[string]schema.Attribute{
		fieldVulnerability: requiredVulnerability(),
		fieldSLSA: schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: checkschema.SLSA.MarkdownDescription + whereResultsAre + " The provider does not wait for provenance.",
			Attributes: map[string]schema.Attribute{
				"rules": schema.ListNestedAttribute{
					Required: true, MarkdownDescription: "The rules. One of them is enough.",
					Validators:   []validator.List{checkschema.NoNulls{}, listvalidator.SizeAtLeast(1)},
					NestedObject: schema.NestedAttributeObject{Attributes: requiredRule()},
				},
			},
		},
	},
	Validators: []validator.Object{asksForSomething{}},
}

func requiredVulnerability() schema.Attribute {
	check := checkschema.Vulnerability
	check.MarkdownDescription += whereResultsAre
	return checkschema.Written(check)
}

// requiredRule is a rule of a SLSA check without the parts that the provider cannot evaluate.
func requiredRule() map[string]schema.Attribute {
	rule := maps.Clone(checkschema.SLSARule)
	rule["custom_constraints"] = schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Not supported here: only Google's service evaluates CEL expressions. " +
			"A value is an error.",
		Validators: []validator.String{lifecycle.Check("Custom constraints are not supported here", "must be absent", noConstraints)},
	}
	for name, attribute := range rule {
		rule[name] = checkschema.Written(attribute)
	}
	rule["trusted_builder"] = schema.StringAttribute{
		Required: true, Validators: []validator.String{stringvalidator.OneOf("GOOGLE_CLOUD_BUILD")},
		MarkdownDescription: "The builder: `GOOGLE_CLOUD_BUILD`. Required here: Google does not document which builder a rule " +
			"without it trusts.",
	}
	patterns, _ := rule["trusted_source_repo_patterns"].(schema.SetAttribute)
	patterns.Validators = append(slices.Clone(patterns.Validators), setvalidator.SizeAtLeast(1))
	patterns.MarkdownDescription += " Absent means any repository; an empty set is an error."
	rule["trusted_source_repo_patterns"] = patterns
	return rule
}

func noConstraints(expression string) error {
	if expression == "" {
		return nil
	}
	return errors.New("the provider does not evaluate CEL expressions. Remove custom_constraints here. Google's service evaluates " +
		"them in a binauthz_platform_policy")
}

// asksForSomething refuses an object without a check.
type asksForSomething struct{}

func (asksForSomething) Description(context.Context) string {
	return "needs " + fieldVulnerability + " or " + fieldSLSA
}

func (v asksForSomething) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (asksForSomething) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	for _, check := range req.ConfigValue.Attributes() {
		if !check.IsNull() {
			return
		}
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Nothing is required",
		"require has no check, so it would let every image pass. Set vulnerability or slsa, or remove require.")
}
