package policy_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// known expects values of attributes of one address.
func known(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for attribute, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value))
	}
	return checks
}

func text(s string) knownvalue.Check { return knownvalue.StringExact(s) }

func TestPolicyDataSource(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "built")
	const it = "data.binauthz_policy.it"
	look := "data \"binauthz_policy\" \"it\" { depends_on = [binauthz_policy.it] }\n"
	g.Run(t,
		// A project without a written policy has Google's, without an etag.
		resource.TestStep{Config: `data "binauthz_policy" "it" {}`, ConfigStateChecks: known(it, map[string]knownvalue.Check{
			"id": text("projects/demo/policy"), "project": text("demo"), "etag": text(""), "update_time": knownvalue.Null(),
			"global_policy_evaluation_mode": text("ENABLE"), "admission_whitelist_patterns": knownvalue.SetSizeExact(0),
			"default_admission_rule": knownvalue.ObjectPartial(map[string]knownvalue.Check{"evaluation_mode": text("ALWAYS_ALLOW")}),
		})},
		resource.TestStep{
			Config: config(require("built"), `description = "prod"
				admission_whitelist_patterns = ["gcr.io/acme/*"]
				kubernetes_namespace_admission_rules = { "sandbox" = `+dryRun+` }`) + look,
			ConfigStateChecks: known(it, map[string]knownvalue.Check{
				"etag": knownvalue.StringRegexp(regexp.MustCompile(`.`)), "update_time": knownvalue.NotNull(), "description": text("prod"),
				"admission_whitelist_patterns": knownvalue.SetExact([]knownvalue.Check{text("gcr.io/acme/*")}),
				"default_admission_rule": knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"require_attestations_by": knownvalue.SetExact([]knownvalue.Check{text("projects/demo/attestors/built")}),
				}),
				"kubernetes_namespace_admission_rules": knownvalue.MapPartial(map[string]knownvalue.Check{
					"sandbox": knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"evaluation_mode": text("ALWAYS_DENY"), "enforcement_mode": text("DRYRUN_AUDIT_LOG_ONLY"),
					}),
				}),
				"cluster_admission_rules": knownvalue.MapSizeExact(0),
			}),
		},
	)
}

func TestPolicyDataSourceDenied(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Faults: always("GetPolicy")})
	const denied = `projects/demo/policy.*roles/binaryauthorization\.policyViewer`
	g.Run(t, resource.TestStep{
		Config:      `data "binauthz_policy" "it" {}`,
		ExpectError: regexp.MustCompile(`(?s)Cannot read policy.*` + denied),
	})
	g.Run(t, resource.TestStep{Config: question(web, ""), ExpectError: regexp.MustCompile(`(?s)Cannot read admission.*` + denied)})
}

// always denies a method.
func always(method string) []fault.Fault {
	return []fault.Fault{{Method: method, Kind: "permission_denied", Count: fault.Forever}}
}

func TestSystemPolicyDataSource(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const it = "data.binauthz_system_policy.it"
	for location, want := range map[string]string{"": "global", `location = "europe-west1"`: "europe-west1"} {
		g.Run(t, resource.TestStep{
			Config: "data \"binauthz_system_policy\" \"it\" {\n" + location + "\n}\n",
			ConfigStateChecks: known(it, map[string]knownvalue.Check{
				"id": text("locations/" + want + "/policy"), "location": text(want),
				"admission_whitelist_patterns": knownvalue.SetPartial([]knownvalue.Check{text("gke.gcr.io/**")}),
				"default_admission_rule": knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"evaluation_mode": text("ALWAYS_DENY"), "require_attestations_by": knownvalue.Null(),
				}),
			}),
		})
	}
	g.Run(t, resource.TestStep{
		Config:      `data "binauthz_system_policy" "it" { location = "No Where" }`,
		ExpectError: regexp.MustCompile(`(?s)Cannot read system policy.*locations/No Where/policy`),
	})
}
