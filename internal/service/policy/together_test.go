package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// named gives a resource another name, and more attributes.
func named(config, name, more string) string {
	return strings.Replace(config, "\"it\" {\n", "\""+name+"\" {\n"+more+"\n", 1)
}

func allowlist(name, pattern, more string) string {
	return fmt.Sprintf("resource \"binauthz_policy_allowlist_pattern\" %q {\n  pattern = %q\n%s\n}\n", name, pattern, more)
}

// gke are the patterns for GKE's own images.
func gke(more string) string {
	patterns := append(admission.SystemImages(), strings.Replace(admission.RegionalSystemImages, "LOCATION", "us-central1", 1))
	return fmt.Sprintf(`resource "binauthz_policy_allowlist_pattern" "gke" {
  for_each = toset(["%s"])
  pattern  = each.value
%s
}
`, strings.Join(patterns, `", "`), more)
}

func systemImagesOff(p *gcp.Policy) {
	p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
}

func mustAdmit(images ...string) string {
	return fmt.Sprintf("must_admit = [%q]", strings.Join(images, `", "`))
}

const (
	needsIt  = "needs = [binauthz_policy_allowlist_pattern.it.id]"
	needsGKE = "needs = [for p in binauthz_policy_allowlist_pattern.gke : p.id]"
)

// TestPolicyPartsAreJudgedTogether: a part is judged with the parts in its needs, and without the
// parts removed by the same plan.
func TestPolicyPartsAreJudgedTogether(t *testing.T) {
	t.Parallel()
	keyed := func(value string) string {
		return named(ruleConfig(`cluster = "us-central1.a"`, value, ""), "keyed", "")
	}
	for name, c := range map[string]struct {
		live           func(*gcp.Policy)
		before, config string
	}{
		"an image by a pattern it needs": {
			nil, "", ruleConfig("default = true", deny, mustAdmit(web)+"\n"+needsIt) + allowlist("it", web+"*", ""),
		},
		"an image by a pattern, later": {
			nil, "",
			later(web+"*") + ruleConfig("default = true", deny, mustAdmit(web)+"\n"+needsIt) + isLater(allowlist("it", "X", ""), "X"),
		},
		"GKE's images by patterns needed": {systemImagesOff, "", ruleConfig("default = true", deny, needsGKE) + gke("")},
		"another rule that is lifted":     {nil, keyed(deny), keyed(allow) + ruleConfig("default = true", dryRun, mustAdmit(web))},
		"another rule that goes":          {nil, keyed(deny), ruleConfig("default = true", dryRun, mustAdmit(web))},
		"everything goes":                 {systemImagesOff, ruleConfig("default = true", deny, needsGKE) + gke(""), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			if c.live != nil {
				edit(t, g, c.live)
			}
			if c.config == "" {
				acctest.NeedsOrderOfOrphans(t)
			}
			cli := g.CLI(t, c.before)
			says(t, cli, anApply, true)
			cli.Write(t, c.config)
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true, "!refuses an image")
		})
	}
}

// TestPolicyPartsThatAreNotNamedDoNotCount: another part counts only if it is in needs, in any
// order of planning. The message says so.
func TestPolicyPartsThatAreNotNamedDoNotCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		live         func(*gcp.Policy)
		config, want string
	}{
		"an image by a pattern": {
			nil, ruleConfig("default = true", deny, mustAdmit(web)) + allowlist("it", web+"*", ""),
			"Policy refuses an image that it must admit",
		},
		"an image, ordered": {
			nil,
			ruleConfig("default = true", deny, mustAdmit(web)+"\ndepends_on = [binauthz_policy_allowlist_pattern.it]") +
				allowlist("it", web+"*", ""),
			"Policy refuses an image that it must admit",
		},
		"GKE's images by patterns": {
			systemImagesOff, ruleConfig("default = true", deny, "") + gke(""), "Policy lock-out: SYSTEM_IMAGES_BLOCKED",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			if c.live != nil {
				edit(t, g, c.live)
			}
			says(t, g.CLI(t, c.config), aPlan, false, "Error: "+c.want, "add its id to needs")
		})
	}
}

// TestPatternsRepairALockout: patterns of GKE's images end an existing lock-out one after the other.
func TestPatternsRepairALockout(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		systemImagesOff(p)
		p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
	})
	cli := g.CLI(t, gke(""))
	says(t, cli, []string{"apply", "-auto-approve"}, true, "5 added")
	says(t, cli, []string{"plan", "-detailed-exitcode"}, true, "No changes")
	says(t, cli, []string{"destroy", "-auto-approve"}, false, "Policy lock-out: SYSTEM_IMAGES_BLOCKED")
}

// needs accepts ids of parts of the same policy.
func TestPolicyNeeds(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for needs, want := range map[string]string{
		"gcr.io/acme/*": "is not the id of a rule or an allowlist pattern",
		"projects/other/policy/cluster/us-central1.b": "is a part of another policy than projects/demo/policy",
		"projects/demo/policy/cluster/us-central1.a":  "cannot need itself",
	} {
		says(t, g.CLI(t, ruleConfig(`cluster = "us-central1.a"`, deny, fmt.Sprintf("needs = [%q]", needs))), aPlan, false,
			"Error: Invalid need", want)
	}
}

// TestPolicyApplyJudgesWhatItWrites: the apply judges its write: it finds a pattern removed by
// others since the plan, and writes nothing.
func TestPolicyApplyJudgesWhatItWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		live         func(*gcp.Policy)
		config, want string
	}{
		"an image":  {nil, ruleConfig("default = true", deny, mustAdmit(web)), "Policy refuses an image that it must admit"},
		"a lockout": {systemImagesOff, ruleConfig("default = true", deny, ""), "Policy lock-out: SYSTEM_IMAGES_BLOCKED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			exempt := func(p *gcp.Policy) {
				regional := strings.Replace(admission.RegionalSystemImages, "LOCATION", "us-central1", 1)
				for _, pattern := range append(admission.SystemImages(), regional, web+"*") {
					projectpolicy.AddPattern(p, pattern)
				}
			}
			edit(t, g, exempt)
			if c.live != nil {
				edit(t, g, c.live)
			}
			cli := g.CLI(t, c.config)
			says(t, cli, []string{"plan", "-out=it.tfplan"}, true)
			edit(t, g, func(p *gcp.Policy) { p.AdmissionWhitelistPatterns = nil })
			says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, false, c.want)
			if p := now(t, g); p.GetDefaultAdmissionRule().GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW {
				t.Errorf("the policy has %v", p)
			}
		})
	}
}

// TestPolicyPartsAreJudgedForThemselves: a part has no findings caused by other parts.
func TestPolicyPartsAreJudgedForThemselves(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, systemImagesOff)
	cli := g.CLI(t, ruleConfig("default = true", deny, "")+named(ruleConfig(`cluster = "us-central1.a"`, dryRun, ""), "other", ""))
	out := says(t, cli, aPlan, false, "Policy lock-out: SYSTEM_IMAGES_BLOCKED", "with binauthz_policy_rule.it", "add its id to needs",
		"!with binauthz_policy_rule.other")
	if n := strings.Count(out, "Error:"); n != 1 {
		t.Errorf("%d errors: %s", n, out)
	}
	cli.Write(t, ruleConfig("default = true", deny, "acknowledge_lockout = true")+named(ruleConfig(`cluster = "us-central1.a"`, dryRun, ""),
		"other", "depends_on = [binauthz_policy_rule.it]"))
	says(t, g.Fresh(t, cli), anApply, true)
}

// TestPolicyRulesOfTwoKinds: rules of two kinds in one configuration are refused, in any order of
// planning.
func TestPolicyRulesOfTwoKinds(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster, namespace := ruleConfig(`cluster = "us-central1.a"`, deny, ""),
		named(ruleConfig(`kubernetes_namespace = "n"`, deny, ""), "other", "")
	both := "This configuration has rules of cluster_admission_rules and of kubernetes_namespace_admission_rules"
	cli := g.CLI(t, cluster+namespace)
	says(t, cli, aPlan, false, "Rules of two kinds", both)
	cli.Write(t, cluster)
	says(t, g.Fresh(t, cli), anApply, true)
	cli.Write(t, cluster+namespace)
	says(t, g.Fresh(t, cli), aPlan, false, "Rules of two kinds", both)
	cli.Write(t, namespace)
	says(t, g.Fresh(t, cli), anApply, true, "Warning: Policy has rules of another kind", "If this plan removes them")
	several := func(scope string) string {
		return named(ruleConfig(scope, deny, ""), "several", "count = 3")
	}
	cli.Write(t, namespace+several(`kubernetes_namespace = "n${count.index}"`))
	says(t, g.Fresh(t, cli), anApply, true)
	cli.Write(t, cluster+several(`cluster = "us-central1.n${count.index}"`))
	says(t, g.Fresh(t, cli), anApply, true)
	cli.Write(t, namespace)
	says(t, g.Fresh(t, cli), anApply, true)
	edit(t, g, func(p *gcp.Policy) {
		p.KubernetesNamespaceAdmissionRules = nil
		p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.theirs": {
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
		}}
	})
	says(t, g.Fresh(t, cli), aPlan, true, "Warning: Policy has rules of another kind",
		"would have cluster_admission_rules and kubernetes_namespace_admission_rules")
	says(t, g.Fresh(t, cli), anApply, false, "rules of one kind only")
}

// TestPolicyPartsKeepWhatOthersNeed: a part cannot refuse an image required by another part of the
// same configuration, in any order of planning, also if the latter does not change.
func TestPolicyPartsKeepWhatOthersNeed(t *testing.T) {
	t.Parallel()
	const refuses = "Error: Policy refuses an image that it must admit"
	rule, pattern := ruleConfig("default = true", deny, mustAdmit(web)), allowlist("it", web+"*", "")
	needing := ruleConfig("default = true", deny, mustAdmit(web)+"\n"+needsIt)
	for name, c := range map[string]struct{ before, after string }{
		"a pattern goes":    {needing + pattern, rule},
		"a pattern changes": {needing + pattern, needing + allowlist("it", "gcr.io/acme/*", "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, c.before)
			says(t, cli, anApply, true)
			cli.Write(t, c.after)
			says(t, g.Fresh(t, cli), aPlan, false, refuses, "!a change outside of this plan")
			cli.Write(t, c.before)
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "!"+refuses)
		})
	}
}

// must_admit of the default rule applies to workloads without another rule: the rule of a cluster
// has no effect on it.
func TestPolicyDefaultRuleMustAdmitWhereItApplies(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.theirs": {
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		}}
	})
	const refuses = "Policy refuses an image that it must admit"
	keyed := named(ruleConfig(`cluster = "us-central1.a"`, deny, ""), "keyed", "")
	cli := g.CLI(t, ruleConfig("default = true", dryRun, mustAdmit(web)))
	says(t, cli, anApply, true, "!"+refuses)
	cli.Write(t, ruleConfig("default = true", dryRun, mustAdmit(web))+keyed)
	says(t, g.Fresh(t, cli), anApply, true, "!"+refuses)
	cli.Write(t, ruleConfig("default = true", deny, mustAdmit(web))+keyed)
	says(t, g.Fresh(t, cli), aPlan, false, "Error: "+refuses, "Binary Authorization default admission rule. Denied by always_deny")
	cli.Write(t, ruleConfig("default = true", dryRun, "")+named(ruleConfig(`cluster = "us-central1.a"`, deny, mustAdmit(web)), "keyed", ""))
	says(t, g.Fresh(t, cli), aPlan, false, "Error: "+refuses,
		"Binary Authorization cluster admission rule for us-central1.a. Denied by always_deny")
}

// pairs are rules with the patterns in their needs.
func pairs(t *testing.T, n int) string {
	t.Helper()
	return acctest.HCL(t, "testdata/rules_that_need_a_pattern_each.tf", map[string]any{"pairs": n})
}

// TestPolicyPartsOnASlowService: parts with needs are planned and written on a slow service as on a
// fast one.
func TestPolicyPartsOnASlowService(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 900 * time.Millisecond})
	says(t, g.CLI(t, pairs(t, 8)), anApply, true, "16 added")
}

// TestPolicyPlanOfManyParts: a plan accepts any number of parts.
func TestPolicyPlanOfManyParts(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 300 * time.Millisecond})
	cli := g.CLI(t, pairs(t, 30))
	says(t, cli, aPlan, true, "60 to add")
	cli.Write(t, strings.Replace(strings.Replace(pairs(t, 30), "acme/${count.index}:*", "acme/${count.index + 1}:*", 1),
		"[binauthz_policy_allowlist_pattern.it[count.index].id]", "binauthz_policy_allowlist_pattern.it[*].id", 1))
	says(t, g.Fresh(t, cli), aPlan, false, "would refuse it: Image gcr.io/acme/0:1 denied by", "!Image gcr.io/acme/1:1 denied",
		"!Image gcr.io/acme/29:1 denied")
}

// The same configuration has the same result with any parallelism of Terraform.
func TestPolicyPlansAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	named, unnamed := pairs(t, 6), strings.ReplaceAll(pairs(t, 6),
		"  needs            = [binauthz_policy_allowlist_pattern.it[count.index].id]\n", "")
	for _, parallelism := range []string{"1", "10", "50"} {
		for config, good := range map[string]bool{named: true, unnamed: false} {
			t.Run(fmt.Sprintf("%s %t", parallelism, good), func(t *testing.T) {
				t.Parallel()
				g := acctest.NewEmulated(t, emulator.Options{})
				cli := g.CLI(t, config)
				first := ""
				for range 5 {
					said := says(t, g.Fresh(t, cli), append(aPlan, "-parallelism="+parallelism), good)
					if n := fmt.Sprint(strings.Count(said, "Error:"), strings.Count(said, "Warning:")); first == "" {
						first = n
					} else if n != first {
						t.Errorf("%s errors and warnings, before %s: %s", n, first, said)
					}
				}
			})
		}
	}
}
