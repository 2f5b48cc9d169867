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
	return fmt.Sprintf("resource \"binauthz_policy_allowlist_pattern\" \"gke\" {\n  for_each = toset([\"%s\"])\n  pattern = each.value\n%s\n}\n", strings.Join(patterns, `", "`), more)
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

// A part is judged with the parts of the same configuration that it names, and with what the same plan takes away.
func TestPolicyPartsAreJudgedTogether(t *testing.T) {
	t.Parallel()
	keyed := func(value string) string {
		return named(ruleConfig(`cluster = "us-central1.a"`, value, ""), "keyed", "")
	}
	for name, c := range map[string]struct {
		live           func(*gcp.Policy)
		before, config string
	}{
		"an image by a pattern it needs":  {nil, "", ruleConfig("default = true", deny, mustAdmit(web)+"\n"+needsIt) + allowlist("it", web+"*", "")},
		"an image by a pattern, later":    {nil, "", later(web+"*") + ruleConfig("default = true", deny, mustAdmit(web)+"\n"+needsIt) + isLater(allowlist("it", "X", ""), "X")},
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

// What another part adds counts only if it is named, whichever is planned first; the message says so.
func TestPolicyPartsThatAreNotNamedDoNotCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		live         func(*gcp.Policy)
		config, want string
	}{
		"an image by a pattern":    {nil, ruleConfig("default = true", deny, mustAdmit(web)) + allowlist("it", web+"*", ""), "Policy refuses an image that it must admit"},
		"an image, ordered":        {nil, ruleConfig("default = true", deny, mustAdmit(web)+"\ndepends_on = [binauthz_policy_allowlist_pattern.it]") + allowlist("it", web+"*", ""), "Policy refuses an image that it must admit"},
		"GKE's images by patterns": {systemImagesOff, ruleConfig("default = true", deny, "") + gke(""), "Policy locks out: SYSTEM_IMAGES_BLOCKED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			if c.live != nil {
				edit(t, g, c.live)
			}
			says(t, g.CLI(t, c.config), aPlan, false, "Error: "+c.want, "name its id in needs")
		})
	}
}

// needs takes ids of parts of the same policy.
func TestPolicyNeeds(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for needs, want := range map[string]string{
		"gcr.io/acme/*": "is no id of a rule or an allowlist pattern",
		"projects/other/policy/cluster/us-central1.b": "is a part of another policy than projects/demo/policy",
		"projects/demo/policy/cluster/us-central1.a":  "cannot need itself",
	} {
		says(t, g.CLI(t, ruleConfig(`cluster = "us-central1.a"`, deny, fmt.Sprintf("needs = [%q]", needs))), aPlan, false, "Error: Invalid need", want)
	}
}

// The apply judges what it writes: what somebody else has taken away since the plan is missed, and nothing is written.
func TestPolicyApplyJudgesWhatItWrites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		live         func(*gcp.Policy)
		config, want string
	}{
		"an image":  {nil, ruleConfig("default = true", deny, mustAdmit(web)), "Policy refuses an image that it must admit"},
		"a lockout": {systemImagesOff, ruleConfig("default = true", deny, ""), "Policy locks out: SYSTEM_IMAGES_BLOCKED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			exempt := func(p *gcp.Policy) {
				for _, pattern := range append(admission.SystemImages(), strings.Replace(admission.RegionalSystemImages, "LOCATION", "us-central1", 1), web+"*") {
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

// A part is not blamed for what another one does.
func TestPolicyPartsAreJudgedForThemselves(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, systemImagesOff)
	cli := g.CLI(t, ruleConfig("default = true", deny, "")+named(ruleConfig(`cluster = "us-central1.a"`, dryRun, ""), "other", ""))
	out := says(t, cli, aPlan, false, "Policy locks out: SYSTEM_IMAGES_BLOCKED", "with binauthz_policy_rule.it", "name its id in needs", "!with binauthz_policy_rule.other")
	if n := strings.Count(out, "Error:"); n != 1 {
		t.Errorf("%d errors: %s", n, out)
	}
	cli.Write(t, ruleConfig("default = true", deny, "acknowledge_lockout = true")+named(ruleConfig(`cluster = "us-central1.a"`, dryRun, ""), "other", "depends_on = [binauthz_policy_rule.it]"))
	says(t, g.Fresh(t, cli), anApply, true)
}

// Rules of two kinds in one configuration cannot be, whichever is planned first.
func TestPolicyRulesOfTwoKinds(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster, namespace := ruleConfig(`cluster = "us-central1.a"`, deny, ""), named(ruleConfig(`kubernetes_namespace = "n"`, deny, ""), "other", "")
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
		p.ClusterAdmissionRules, p.KubernetesNamespaceAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.theirs": {
			EvaluationMode: binaryauthorizationpb.AdmissionRule_ALWAYS_DENY, EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
		}}, nil
	})
	says(t, g.Fresh(t, cli), aPlan, true, "Warning: Policy has rules of another kind", "would have cluster_admission_rules and kubernetes_namespace_admission_rules")
	says(t, g.Fresh(t, cli), anApply, false, "rules of one kind only")
}

// What one part must have admitted, another one of the same configuration cannot keep out, whichever is planned first and whether or not
// the former is changed.
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
			says(t, g.Fresh(t, cli), aPlan, false, refuses, "!something else has changed")
			cli.Write(t, c.before)
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "!"+refuses)
		})
	}
}

// What the default rule must admit, it must admit where no other rule applies: what is said for a cluster is nothing to it.
func TestPolicyDefaultRuleMustAdmitWhereItApplies(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	edit(t, g, func(p *gcp.Policy) {
		p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.theirs": {
			EvaluationMode: binaryauthorizationpb.AdmissionRule_ALWAYS_DENY, EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
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
	says(t, g.Fresh(t, cli), aPlan, false, "Error: "+refuses, "Binary Authorization cluster admission rule for us-central1.a. Denied by always_deny")
}

// pairs are rules with the patterns that they need.
func pairs(n int) string {
	return fmt.Sprintf(`
resource "binauthz_policy_rule" "it" {
  count            = %[1]d
  scope            = { cluster = "us-central1.c${count.index}" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  must_admit       = ["gcr.io/acme/${count.index}:1"]
  needs            = [binauthz_policy_allowlist_pattern.it[count.index].id]
}
resource "binauthz_policy_allowlist_pattern" "it" {
  count   = %[1]d
  pattern = "gcr.io/acme/${count.index}:*"
}
`, n)
}

// Parts that need others are planned and written on a slow service as on a fast one.
func TestPolicyPartsOnASlowService(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 900 * time.Millisecond})
	says(t, g.CLI(t, pairs(8)), anApply, true, "16 added")
}

// A plan has no number of parts above which it refuses what the configuration puts right.
func TestPolicyPlanOfManyParts(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Latency: 300 * time.Millisecond})
	cli := g.CLI(t, pairs(30))
	says(t, cli, aPlan, true, "60 to add")
	cli.Write(t, strings.Replace(strings.Replace(pairs(30), "acme/${count.index}:*", "acme/${count.index + 1}:*", 1), "[binauthz_policy_allowlist_pattern.it[count.index].id]", "binauthz_policy_allowlist_pattern.it[*].id", 1))
	says(t, g.Fresh(t, cli), aPlan, false, "would refuse it: Image gcr.io/acme/0:1 denied by", "!Image gcr.io/acme/1:1 denied", "!Image gcr.io/acme/29:1 denied")
}

// The same configuration gets the same answer, however many resources Terraform plans at once.
func TestPolicyPlansAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	named, unnamed := pairs(6), strings.ReplaceAll(pairs(6), "  needs            = [binauthz_policy_allowlist_pattern.it[count.index].id]\n", "")
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
