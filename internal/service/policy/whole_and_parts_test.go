package policy_test

import (
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	wholeLost = "Error: Policy would be lost"
	partLost  = "Error: Part of the policy would be lost"
	aRule     = "projects/demo/policy/cluster/us-central1.prod"
	aPattern  = "projects/demo/policy/admission_whitelist_patterns/gcr.io/acme/*"
)

// theParts are a policy in parts. more is added to the rules, and each part is named by its
// argument.
func theParts(name, more string) string {
	return named(ruleConfig(`cluster = "us-central1.prod"`, deny, more), name, "") +
		named(ruleConfig("default = true", dryRun, more), name+"_default", "") + allowlist(name, "gcr.io/acme/*", "")
}

// theWhole is the same policy in one resource.
func theWhole(more string) string {
	return config(dryRun, "cluster_admission_rules = { \"us-central1.prod\" = "+deny+
		" }\nadmission_whitelist_patterns = [\"gcr.io/acme/*\"]\n"+more)
}

func imports(to, id string) string {
	return "import {\n  to = " + to + "\n  id = \"" + id + "\"\n}\n"
}

func importsOfParts(name string) string {
	return imports("binauthz_policy_rule."+name, aRule) +
		imports("binauthz_policy_rule."+name+"_default", "projects/demo/policy/default") +
		imports("binauthz_policy_allowlist_pattern."+name, aPattern)
}

// forgets are removed blocks without a destroy.
func forgets(addresses ...string) string {
	var all strings.Builder
	for _, address := range addresses {
		all.WriteString("removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	}
	return all.String()
}

// behind puts a resource behind another, so that it is planned later.
func behind(config, name string) string {
	return strings.Replace(config, "\""+name+"\" {\n", "\""+name+"\" {\n  depends_on = [terraform_data.first]\n", 1) +
		"resource \"terraform_data\" \"first\" {}\n"
}

// keeps fails if the policy is written by steps.
func keeps(t *testing.T, g *acctest.Ground, steps func()) {
	t.Helper()
	before := proto.CloneOf(now(t, g))
	g.Emulator.ResetCalls()
	steps()
	if n := g.Calls("UpdatePolicy"); n != 0 || !proto.Equal(before, now(t, g)) {
		t.Errorf("after %d writes, the policy is %v, not %v", n, now(t, g), before)
	}
}

var orders = [][]string{{"plan", "-out=it.tfplan"}, {"plan", "-parallelism=1"}, {"plan", "-refresh=false"}, {"apply", "-auto-approve"}}

// TestPolicyPartsBecomeAWhole: a whole policy cannot come while the parts are destroyed, in any
// order of planning: the destroys would remove the rules from it.
func TestPolicyPartsBecomeAWhole(t *testing.T) {
	t.Parallel()
	adopting := theWhole("adopt_existing = true")
	for name, next := range map[string]string{
		"imported":           imports(address, "projects/demo/policy") + theWhole(""),
		"imported, behind":   imports(address, "projects/demo/policy") + behind(theWhole(""), "it"),
		"adopted":            adopting,
		"adopted, behind":    behind(adopting, "it"),
		"one part stays":     adopting + named(ruleConfig(`cluster = "us-central1.prod"`, deny, ""), "part", ""),
		"only a rule goes":   adopting + forgets("binauthz_policy_rule.part_default", "binauthz_policy_allowlist_pattern.part"),
		"only a pattern too": adopting + forgets("binauthz_policy_rule.part_default", "binauthz_policy_rule.part"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, theParts("part", ""))
			says(t, cli, anApply, true)
			cli.Write(t, next)
			keeps(t, g, func() {
				for _, args := range orders {
					says(t, g.Fresh(t, cli), args, false, partLost, "Remove each of these resources without a destroy: removed {")
				}
			})
			cli.Write(t, theParts("part", ""))
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "3 destroyed", "!would be lost")
		})
	}
}

// TestPolicyPartsAreForgottenForAWhole: with removed blocks, the whole policy takes over, and
// nothing is written. It can be destroyed alone.
func TestPolicyPartsAreForgottenForAWhole(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, theParts("part", ""))
	says(t, cli, anApply, true)
	cli.Write(t, imports(address, "projects/demo/policy")+theWhole("")+
		forgets("binauthz_policy_rule.part", "binauthz_policy_rule.part_default", "binauthz_policy_allowlist_pattern.part"))
	keeps(t, g, func() {
		says(t, g.Fresh(t, cli), anApply, true, "1 imported, 0 added, 0 changed, 0 destroyed", "!would be lost")
		says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
	})
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "1 destroyed", "!would be lost")
}

// TestPolicyWholeBecomesParts: parts cannot come while the whole policy is destroyed, in any order
// of planning: the destroy would write the earlier policy. They can if the destroy writes nothing.
func TestPolicyWholeBecomesParts(t *testing.T) {
	t.Parallel()
	imported := importsOfParts("part") + theParts("part", "")
	rule := ruleConfig(`cluster = "us-central1.prod"`, deny, "adopt_existing = true")
	for name, next := range map[string]string{
		"imported":         imported,
		"imported, behind": behind(imported, "part"),
		"a rule adopted":   rule,
		"adopted, behind":  behind(rule, "it"),
		"a new rule":       ruleConfig(`cluster = "us-central1.new"`, deny, ""),
		"a pattern":        imports("binauthz_policy_allowlist_pattern.it", aPattern) + allowlist("it", "gcr.io/acme/*", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, theWhole(""))
			says(t, cli, anApply, true)
			cli.Write(t, next)
			keeps(t, g, func() {
				for _, args := range orders {
					says(t, g.Fresh(t, cli), args, false, wholeLost, "removed { from = binauthz_policy.NAME", `deletion_policy = "ABANDON"`)
				}
			})
		})
	}
	for name, c := range map[string]struct{ more, next string }{
		"forgotten": {"", imported + forgets(address)},
		"abandoned": {`deletion_policy = "ABANDON"`, imported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, theWhole(c.more))
			says(t, cli, anApply, true)
			cli.Write(t, c.next)
			keeps(t, g, func() {
				says(t, g.Fresh(t, cli), anApply, true, "3 imported, 0 added, 0 changed", "!would be lost")
				says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
			})
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "3 destroyed", "!would be lost")
		})
	}
}

// TestPolicyPartBesideAWholeGoes: a part beside a whole policy cannot be destroyed alone, also if
// the unchanged part and the whole are both in the state. All can be destroyed together.
func TestPolicyPartBesideAWholeGoes(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	rule := named(ruleConfig(`cluster = "us-central1.prod"`, deny, ""), "part", "")
	whole := config(allow, "cluster_admission_rules = { \"us-central1.prod\" = "+deny+" }")
	cli := g.CLI(t, rule)
	says(t, cli, anApply, true)
	cli.Write(t, whole+rule+imports(address, "projects/demo/policy"))
	says(t, g.Fresh(t, cli), anApply, true, "Policy is owned twice", "!would be lost")
	keeps(t, g, func() {
		cli.Write(t, whole)
		says(t, g.Fresh(t, cli), aPlan, false, partLost, aRule)
		cli.Write(t, rule)
		says(t, g.Fresh(t, cli), aPlan, false, wholeLost)
		once := sync.OnceFunc(func() { t.Error("the rule was planned on the complete way") })
		g.TakeShortWay(func(request, kind string) {
			if request == "plan" && kind == "binauthz_policy_rule" {
				once()
			}
		})
		says(t, g.Fresh(t, cli), aPlan, false, wholeLost)
		g.TakeShortWay(nil)
		cli.Write(t, "")
		says(t, g.Fresh(t, cli), aPlan, true, "2 to destroy", "!would be lost")
	})
	cli.Write(t, whole+rule)
	says(t, g.Fresh(t, cli), []string{"plan", "-destroy"}, true, "2 to destroy", "!would be lost")
}
