package policy_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestPolicyPartsOwnedTwice: two resources of one configuration for one object are reported as soon
// as both have it in the state.
func TestPolicyPartsOwnedTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ one, id, what string }{
		"policy": {
			config(allow, "adopt_existing = true"), "projects/demo/policy",
			"Two resources of this configuration manage projects/demo/policy.",
		},
		"rule": {
			ruleConfig(`cluster = "us-central1.a"`, deny, "adopt_existing = true"), "projects/demo/policy/cluster/us-central1.a",
			"manage projects/demo/policy/cluster/us-central1.a.",
		},
		"pattern": {
			allowlist("it", "gcr.io/acme/*", ""), "projects/demo/policy/admission_whitelist_patterns/gcr.io/acme/*",
			"manage projects/demo/policy/admission_whitelist_patterns/gcr.io/acme/*.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const told = "Warning: Policy is owned twice"
			kind := strings.Split(c.one, `"`)[1]
			g := acctest.NewEmulated(t, emulator.Options{})
			other := strings.Replace(c.one, `"it"`, `"other"`, 1)
			cli := g.CLI(t, c.one)
			says(t, cli, anApply, true, "!owned twice")
			cli.Write(t, c.one+other+"import {\n  to = "+kind+".other\n  id = \""+c.id+"\"\n}\n")
			says(t, g.Fresh(t, cli), aPlan, true, told, c.what)
			cli.Write(t, c.one)
			says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true, "!owned twice")
		})
	}
}

// TestPolicyTakesOverWhatThePlanSaw: a create takes over only the object shown in its plan.
func TestPolicyTakesOverWhatThePlanSaw(t *testing.T) {
	t.Parallel()
	rule := func(mode binaryauthorizationpb.AdmissionRule_EvaluationMode) func(*gcp.Policy) {
		return func(p *gcp.Policy) {
			p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{
				"us-central1.a": {EvaluationMode: mode, EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG},
			}
		}
	}
	denied, allowed := rule(binaryauthorizationpb.AdmissionRule_ALWAYS_DENY), rule(binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW)
	none := func(p *gcp.Policy) { p.ClusterAdmissionRules = nil }
	const adopt = "adopt_existing = true"
	for name, c := range map[string]struct {
		live, meanwhile func(*gcp.Policy)
		config          string
		plan, apply     []string
	}{
		"a policy": {
			denied, allowed, config(dryRun, adopt),
			[]string{`takes_over = "cluster_admission_rules[\"us-central1.a\"] exists: ALWAYS_DENY"`},
			[]string{"inconsistent final plan", "takes_over", "Make a new plan", "exists: ALWAYS_DENY", "exists: ALWAYS_ALLOW"},
		},
		"Google's default": {
			none, denied, config(dryRun, adopt),
			[]string{`takes_over = "Google's default"`},
			[]string{"inconsistent final plan", "exists: ALWAYS_DENY"},
		},
		"nothing, a policy": {
			none, denied, config(dryRun, ""), []string{"!takes_over"}, []string{"Project has a policy already", "exists: ALWAYS_DENY"},
		},
		"a rule": {
			denied, allowed, ruleConfig(`cluster = "us-central1.a"`, dryRun, adopt),
			[]string{`takes_over = "ALWAYS_DENY"`},
			[]string{"inconsistent final plan", "takes_over", "Make a new plan", "ALWAYS_DENY", "ALWAYS_ALLOW"},
		},
		"no rule": {
			none, denied, ruleConfig(`cluster = "us-central1.a"`, dryRun, adopt),
			[]string{"!takes_over"},
			[]string{"inconsistent final plan", "ALWAYS_DENY"},
		},
		"nothing, a rule": {
			none, denied, ruleConfig(`cluster = "us-central1.a"`, dryRun, ""),
			[]string{"!takes_over"},
			[]string{"Policy has the rule already", "The existing rule is ALWAYS_DENY"},
		},
		"the default rule": {none, func(p *gcp.Policy) {
			p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
		}, ruleConfig("default = true", dryRun, ""), []string{"!takes_over"}, []string{
			"Policy has the rule already", "The existing rule is ALWAYS_DENY",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			edit(t, g, c.live)
			cli := g.CLI(t, c.config)
			says(t, cli, []string{"plan", "-out=it.tfplan"}, true, c.plan...)
			edit(t, g, c.meanwhile)
			g.Emulator.ResetCalls()
			says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, false, c.apply...)
			if n := g.Calls("UpdatePolicy"); n != 0 {
				t.Errorf("the policy was written %d times", n)
			}
			says(t, g.Fresh(t, cli), []string{"plan", "-out=it.tfplan"}, strings.Contains(c.config, adopt))
			if strings.Contains(c.config, adopt) {
				says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, true)
				says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
			}
		})
	}
}
