package policy_test

import (
	"regexp"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func attestorName(project, id string) resname.Attestor {
	return resname.Attestor{Project: project, ID: id}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	attestors(t, g, "built")
	whole := config(require("built"), `
		description                  = "prod"
		global_policy_evaluation_mode = "ENABLE"
		admission_whitelist_patterns = ["us-docker.pkg.dev/acme/base/**", "gcr.io/acme/*"]
		cluster_admission_rules      = { "us-central1.dev" = `+allow+`, "us-central1.test" = `+dryRun+` }`)
	g.Run(t,
		resource.TestStep{
			Config: config(allow, ""),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("global_policy_evaluation_mode"), knownvalue.StringExact("ENABLE"))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("projects/demo/policy")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("etag"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("update_time"), knownvalue.NotNull()),
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"project": knownvalue.StringExact("demo")}),
			},
		},
		resource.TestStep{Config: whole, ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("cluster_admission_rules"), knownvalue.MapSizeExact(2)),
		}},
		resource.TestStep{
			ResourceName:            address,
			ImportState:             true,
			ImportStateKind:         resource.ImportCommandWithID,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: []string{"default_admission_rule.require_attestations_by"},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "demo"},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   "projects/demo",
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{Config: config(allow, ""), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
	)
	if p := now(t, g); p.GetDefaultAdmissionRule().GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW ||
		p.GetGlobalPolicyEvaluationMode() != binaryauthorizationpb.Policy_ENABLE {
		t.Errorf("the destroy left %v", p)
	}
}

// TestPolicyKindsOfRules: every kind of rules alone, and changes from one kind to another.
func TestPolicyKindsOfRules(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	var steps []resource.TestStep
	action := plancheck.ResourceActionCreate
	for _, rules := range []string{
		`cluster_admission_rules = { "us-central1-a.dev" = ` + deny + ` }`,
		`kubernetes_namespace_admission_rules = { "payments" = ` + deny + ` }`,
		`kubernetes_service_account_admission_rules = { "payments:default" = ` + deny + ` }`,
		`istio_service_identity_admission_rules = { "spiffe://example.com/ns/payments/sa/default" = ` + deny + ` }`,
	} {
		steps = append(steps, resource.TestStep{Config: config(allow, rules), ConfigPlanChecks: does(action)})
		action = plancheck.ResourceActionUpdate
	}
	steps = append(steps, resource.TestStep{
		Config:           config(allow, `istio_service_identity_admission_rules = { "example.com/ns/payments/sa/default" = `+deny+` }`),
		ConfigPlanChecks: does(plancheck.ResourceActionNoop),
	})
	g.Run(t, steps...)
}

// TestPolicyRefusesToTakeOver: a create does not take over a policy with decisions of others
// without adopt_existing.
func TestPolicyRefusesToTakeOver(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: "gcr.io/theirs/*"}}
	})
	g.Run(t,
		resource.TestStep{
			Config:   config(allow, ""),
			PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)Project has a policy already.*gcr\.io/theirs/\*.*import \{.*id = ` +
				`"projects/demo/policy".*adopt_existing`),
		},
		resource.TestStep{Config: config(allow, "adopt_existing = true"), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
	)
	if p := now(t, g); len(p.GetAdmissionWhitelistPatterns()) != 1 ||
		p.GetAdmissionWhitelistPatterns()[0].GetNamePattern() != "gcr.io/theirs/*" {
		t.Errorf("the destroy did not restore what was there: %v", p)
	}
}

// TestPolicyChangedSinceThePlan: a change between plan and apply stops the apply. The error names
// the change, and nothing is written.
func TestPolicyChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	byHand := acctest.Meanwhile(func() {
		edit(t, g, func(p *gcp.Policy) {
			p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.dev": {
				EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
				EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
			}}
		})
	})
	g.Run(t,
		resource.TestStep{Config: config(allow, "")},
		resource.TestStep{
			Config:           config(allow, `description = "new"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{byHand}},
			ExpectError: regexp.MustCompile(`(?s)Cannot update policy.*changed since the ` +
				`plan.*cluster_admission_rules\["us-central1\.dev"\]\s+was\s+added.*Make a new plan`),
		},
		resource.TestStep{Config: config(allow, `description = "new"`), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
	)
}

func TestPolicyDrift(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	body := config(allow, `admission_whitelist_patterns = ["gcr.io/ours/*"]`)
	g.Run(t,
		resource.TestStep{Config: body},
		resource.TestStep{
			PreConfig: func() { edit(t, g, func(p *gcp.Policy) { p.AdmissionWhitelistPatterns = nil }) },
			Config:    body, ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
	)
}

const aKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEBRo4WZq2m5tqkY9zxUo2Dgzgk3Dc
313z79YdzspgzwEyADMCWBaRh6tJ9LAiV01dzTq+H+Bn92c6GJLqn0paWg==
-----END PUBLIC KEY-----
`
