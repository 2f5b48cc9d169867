package policy_test

import (
	"regexp"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const parts = `
resource "binauthz_policy_rule" "it" {
  scope            = { cluster = "us-central1.dev" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
resource "binauthz_policy_allowlist_pattern" "it" {
  pattern = "gcr.io/ours/*"
}
`

// TestPolicyLivesThroughFaults: after every fault of a write, the planned result exists once,
// nothing is lost, and there is no false conflict. Two faults with the real Terraform; package
// faults has all of them.
func TestPolicyLivesThroughFaults(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"after:reset", "resource_exhausted,count=3"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for name, body := range map[string]string{"whole": config(dryRun, ""), "parts": parts} {
				g := acctest.NewEmulated(t, emulator.Options{})
				inject := func() {
					for _, method := range []string{"UpdatePolicy=", "GetPolicy="} {
						f, err := fault.Parse(method + kind)
						if err != nil {
							t.Fatal(err)
						}
						if err := g.Emulator.Inject(f); err != nil {
							t.Fatal(err)
						}
					}
				}
				g.Run(t, resource.TestStep{
					PreConfig: inject, Config: body,
					ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				})
				if p := now(t, g); len(p.GetClusterAdmissionRules()) != 0 || len(p.GetAdmissionWhitelistPatterns()) != 0 ||
					p.GetDefaultAdmissionRule().GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW {
					t.Errorf("%s: the destroy left %v", name, p)
				}
			}
		})
	}
}

// TestPolicyPartsLeaveOthersAlone: changes by others to their parts are no drift of our parts, and
// an update of our parts keeps theirs.
func TestPolicyPartsLeaveOthersAlone(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	theirs := func(mode binaryauthorizationpb.AdmissionRule_EvaluationMode) func() {
		return func() {
			edit(t, g, func(p *gcp.Policy) {
				p.Description = "theirs"
				p.ClusterAdmissionRules["us-central1.theirs"] = &binaryauthorizationpb.AdmissionRule{
					EvaluationMode:  mode,
					EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
				}
			})
		}
	}
	g.Run(t,
		resource.TestStep{Config: ruleConfig(`cluster = "us-central1.dev"`, deny, "")},
		resource.TestStep{
			PreConfig:        theirs(binaryauthorizationpb.AdmissionRule_ALWAYS_DENY),
			Config:           ruleConfig(`cluster = "us-central1.dev"`, deny, ""),
			ConfigPlanChecks: doesRule(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config: ruleConfig(`cluster = "us-central1.dev"`, dryRun, ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(ruleAddress, plancheck.ResourceActionUpdate),
				acctest.Meanwhile(theirs(binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW)),
			}},
		},
	)
	p := now(t, g)
	if len(p.GetClusterAdmissionRules()) != 1 || p.GetDescription() != "theirs" ||
		p.GetClusterAdmissionRules()["us-central1.theirs"].GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW {
		t.Errorf("theirs is %v", p)
	}
}

// TestPolicyRuleChangedSinceThePlan: a rule changed by others between plan and apply is not
// overwritten.
func TestPolicyRuleChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	byHand := acctest.Meanwhile(func() {
		edit(t, g, func(p *gcp.Policy) {
			p.ClusterAdmissionRules["us-central1.dev"].EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW
		})
	})
	g.Run(t,
		resource.TestStep{Config: ruleConfig(`cluster = "us-central1.dev"`, deny, "")},
		resource.TestStep{
			Config:           ruleConfig(`cluster = "us-central1.dev"`, dryRun, ""),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{byHand}},
			ExpectError:      regexp.MustCompile(`(?s)Cannot update policy rule.*changed since the plan.*ALWAYS_ALLOW`),
		},
		resource.TestStep{
			Config:           ruleConfig(`cluster = "us-central1.dev"`, dryRun, ""),
			ConfigPlanChecks: doesRule(plancheck.ResourceActionUpdate),
		},
	)
}
