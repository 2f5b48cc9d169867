package attestation

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// requirement is require in the configuration.
type requirement struct {
	Vulnerability *vulnerability `tfsdk:"vulnerability"`
	SLSA          *slsa          `tfsdk:"slsa"`
}

type vulnerability struct {
	MaximumFixableSeverity   types.String `tfsdk:"maximum_fixable_severity"`
	MaximumUnfixableSeverity types.String `tfsdk:"maximum_unfixable_severity"`
	AllowedCVEs              []string     `tfsdk:"allowed_cves"`
	BlockedCVEs              []string     `tfsdk:"blocked_cves"`
	Projects                 []string     `tfsdk:"container_analysis_vulnerability_projects"`
}

type slsa struct {
	Rules []slsaRule `tfsdk:"rules"`
}

type slsaRule struct {
	TrustedBuilder     types.String       `tfsdk:"trusted_builder"`
	AttestationSource  *attestationSource `tfsdk:"attestation_source"`
	ConfigBasedBuild   types.Bool         `tfsdk:"config_based_build_required"`
	SourceRepoPatterns []string           `tfsdk:"trusted_source_repo_patterns"`
	CustomConstraints  types.String       `tfsdk:"custom_constraints"`
}

type attestationSource struct {
	Projects []string `tfsdk:"container_analysis_attestation_projects"`
}

// validRequire repeats the validation of require, for values of variables in an action
// (checkschema.Validate).
func validRequire(ctx context.Context, require types.Object) error {
	var faults lifecycle.ManyErrors
	for _, d := range checkschema.Validate(ctx, path.Root(fieldRequire), describeRequire, require) {
		where := path.Root(fieldRequire)
		if of, ok := d.(diag.DiagnosticWithPath); ok {
			where = of.Path()
		}
		faults = append(faults, &lifecycle.AttributeError{Path: where, Err: fmt.Errorf("%s: %s", d.Summary(), d.Detail())})
	}
	if len(faults) > 0 {
		return faults
	}
	return nil
}

// requirementOf validates and reads require, with all values known.
func requirementOf(ctx context.Context, require types.Object) (requirement, error) {
	var r requirement
	if err := validRequire(ctx, require); err != nil {
		return r, err
	}
	if diags := require.As(ctx, &r, basetypes.ObjectAsOptions{}); diags.HasError() {
		return r, at(fieldRequire, fmt.Errorf("%s: %s", diags[0].Summary(), diags[0].Detail()))
	}
	return r, nil
}

// toAPI converts to a check of a platform policy. project is the default for the projects with
// results.
func (v *vulnerability) toAPI(project string) *binaryauthorization.Check {
	return &binaryauthorization.Check{VulnerabilityCheck: &binaryauthorization.VulnerabilityCheck{
		MaximumFixableSeverity: v.MaximumFixableSeverity.ValueString(), MaximumUnfixableSeverity: v.MaximumUnfixableSeverity.ValueString(),
		AllowedCves: v.AllowedCVEs, BlockedCves: v.BlockedCVEs,
		ContainerAnalysisVulnerabilityProjects: orProject(v.Projects, project),
	}}
}

func (s *slsa) toAPI(project string) *binaryauthorization.Check {
	check := &binaryauthorization.SlsaCheck{}
	for _, r := range s.Rules {
		source := &binaryauthorization.AttestationSource{ContainerAnalysisAttestationProjects: orProject(nil, project)}
		if r.AttestationSource != nil {
			source.ContainerAnalysisAttestationProjects = orProject(r.AttestationSource.Projects, project)
		}
		check.Rules = append(check.Rules, &binaryauthorization.VerificationRule{
			TrustedBuilder:            r.TrustedBuilder.ValueString(),
			AttestationSource:         source,
			ConfigBasedBuildRequired:  r.ConfigBasedBuild.ValueBool(),
			TrustedSourceRepoPatterns: r.SourceRepoPatterns,
			CustomConstraints:         r.CustomConstraints.ValueString(),
		})
	}
	return &binaryauthorization.Check{SlsaCheck: check}
}

func orProject(projects []string, project string) []string {
	if len(projects) == 0 {
		return []string{"projects/" + project}
	}
	return projects
}
