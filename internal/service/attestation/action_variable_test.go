package attestation_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const fullName = `blocked_cves = ["projects/goog-vulnz/notes/CVE-2026-2"]`

// TestRequireOfAVariable: Terraform does not validate values of variables in an action, so the plan
// refuses them.
func TestRequireOfAVariable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value string
		words []string // nil: it is valid
	}{
		"valid":        {limited("HIGH", "HIGH"), nil},
		"no value":     {"null", nil},
		"an empty one": {"{}", []string{"Nothing is required", "Set vulnerability or slsa"}},
		"misspelled":   {"{ vulnerabilities = { maximum_fixable_severity = \"LOW\" } }", []string{"Nothing is required"}},
		"no severity": {
			"{ vulnerability = { maximum_unfixable_severity = \"HIGH\" } }", []string{"vulnerability.maximum_fixable_severity is required"},
		},
		"an unknown severity": {limited("SEVERE", "HIGH"), []string{"maximum_fixable_severity", "SEVERE"}},
		"a full name":         {limited("HIGH", "HIGH", fullName), []string{"Invalid vulnerability", "want it bare"}},
		"a null":              {limited("HIGH", "HIGH", "blocked_cves = [null]"), []string{"Null element"}},
		"a project's number":  {limited("HIGH", "HIGH", projectsOf("projects/123")), []string{"number of a project"}},
		"no rules":            {"{ slsa = { rules = [] } }", []string{"slsa.rules", "at least 1"}},
		"an unknown builder":  {ruled(`trusted_builder = "me"`), []string{"trusted_builder", "GOOGLE_CLOUD_BUILD"}},
		"no provenance project": {
			ruled(byCloudBuild + ", attestation_source = { container_analysis_attestation_projects = [] }"), []string{"at least 1"},
		},
		"a scheme": {
			ruled(byCloudBuild + `, trusted_source_repo_patterns = ["https://github.com/acme/web"]`), []string{"leave out the scheme"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			p.scanned(t, scan{Findings: findings})
			cli := p.applied(t, "")
			cli.Write(t, p.base()+acctest.HCL(t, "testdata/require_of_a_variable.tf", nil)+requiring("var.require", ""))
			cli.WriteFile(t, "terraform.tfvars", "require = "+c.value+"\n")
			p.run(t, cli, 0, "validate")
			if c.words == nil {
				p.run(t, cli, 0, "apply", "-auto-approve", invoke)
				return
			}
			acctest.Says(t, p.run(t, cli, 1, "plan", invoke), append(c.words, "Error: Cannot sign attestation")...)
			acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve", invoke), c.words...)
			p.untouched(t)
		})
	}
}

func projectsOf(project string) string {
	return fmt.Sprintf("container_analysis_vulnerability_projects = [%q]", project)
}

// TestRequireKnownAfterThePlan: the action refuses a value that the plan could not validate.
func TestRequireKnownAfterThePlan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		require string
		words   []string
	}{
		"nothing": {
			`{ vulnerability = terraform_data.later.output == "" ? { maximum_fixable_severity = "LOW", ` +
				`maximum_unfixable_severity = "LOW" } : null }`,
			[]string{"Nothing is required"},
		},
		"a full name": {
			limited("HIGH", "HIGH", "blocked_cves = [terraform_data.later.output]"), []string{"Invalid vulnerability", "want it bare"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, emulator.Options{})
			p.scanned(t, scan{Findings: findings})
			cli := p.applied(t, "")
			later := "resource \"terraform_data\" \"later\" {\n  input = \"projects/goog-vulnz/notes/CVE-2026-2\"\n}\n"
			cli.Write(t, p.base()+later+requiring(c.require, "")+triggered("before_create"))
			p.run(t, cli, 0, "plan")
			acctest.Says(t, p.run(t, cli, 1, "apply", "-auto-approve"), append(c.words, "Error: Cannot sign attestation")...)
			p.untouched(t)
		})
	}
}

// TestRequireOfAVariableForALaterImage: the plan refuses the value although it does not know the
// image.
func TestRequireOfAVariableForALaterImage(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, emulator.Options{})
	cli := p.applied(t, "")
	later := fmt.Sprintf("resource \"terraform_data\" \"built\" {\n  input = %q\n}\n", signedImage)
	action := signing(map[string]string{"image": "terraform_data.built.output", "project": "\"demo\"\n    require = var.require"})
	cli.Write(t, p.base()+later+acctest.HCL(t, "testdata/require_of_a_variable.tf", nil)+action+triggered("before_create"))
	cli.WriteFile(t, "terraform.tfvars", "require = {}\n")
	acctest.Says(t, p.run(t, cli, 1, "plan"), "Nothing is required")
}
