package policy_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const renamed = "Error: Resource was renamed without a moved block"

// TestPolicyRenamed: the plan refuses a renamed resource, in any order of planning: the apply would
// remove the object.
func TestPolicyRenamed(t *testing.T) {
	t.Parallel()
	for kind, body := range map[string]string{
		"binauthz_policy":                   config(deny, ""),
		"binauthz_policy_rule":              ruleConfig(`cluster = "us-central1.a"`, deny, ""),
		"binauthz_policy_allowlist_pattern": allowlist("it", "gcr.io/acme/*", ""),
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, body)
			says(t, cli, anApply, true)
			others := map[string]string{"renamed": strings.Replace(body, `"it"`, `"other"`, 1)}
			if kind != "binauthz_policy_allowlist_pattern" {
				others["renamed, adopting"] = strings.Replace(others["renamed"], "\" {\n", "\" {\n  adopt_existing = true\n", 1)
			}
			others["another key"] = strings.Replace(body, "\" {\n", "\" {\n  for_each = toset([\"k\"])\n", 1)
			if kind != "binauthz_policy" {
				others["behind the one"] = others["renamed"] + "resource \"terraform_data\" \"none\" {}\n"
			}
			g.Emulator.ResetCalls()
			for name, other := range others {
				cli.Write(t, other)
				for _, args := range [][]string{{"plan", "-out=it.tfplan"}, {"plan", "-parallelism=1"}, {"plan", "-refresh=false"}} {
					if name != "another key" { // Terraform moves an instance without a key to one with a key only for count
						says(t, g.Fresh(t, cli), args, false, renamed, "moved { from = "+kind+".OLD to = "+kind+".NEW }")
					} else {
						says(t, g.Fresh(t, cli), args, false, renamed)
					}
				}
			}
			if n := g.Calls("UpdatePolicy"); n != 0 {
				t.Errorf("the policy was written %d times", n)
			}
			cli.Write(t, others["renamed"]+"moved {\n  from = "+kind+".it\n  to   = "+kind+".other\n}\n")
			says(t, g.Fresh(t, cli), []string{"plan", "-out=it.tfplan"}, true, "!"+renamed)
			says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, true, "0 added, 0 changed, 0 destroyed")
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true)
		})
	}
}

// TestPolicyRuleRenamedBesideUnknownNames: creates that look the same, because their names are
// unknown, do not hide a renamed rule.
func TestPolicyRuleRenamedBesideUnknownNames(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	body := func(name, more string) string {
		return strings.Replace(ruleConfig(`cluster = "us-central1.a"`, deny, more), `"it"`, `"`+name+`"`, 1)
	}
	cli := g.CLI(t, body("it", ""))
	says(t, cli, anApply, true)
	cli.Write(t, body("other", "depends_on = [binauthz_note.one, binauthz_note.two]")+
		acctest.HCL(t, "testdata/notes_with_unknown_names.tf", nil))
	for _, args := range [][]string{{"plan"}, {"plan", "-parallelism=1"}} {
		says(t, g.Fresh(t, cli), args, false, renamed)
	}
}

// TestPolicyRulesThatExchange: two rules with exchanged scopes, and a shifted list, have the same
// problem.
func TestPolicyRulesThatExchange(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	list := func(clusters string) string {
		return "locals {\n  all = [" + clusters + "]\n}\n" +
			strings.Replace(ruleConfig("cluster = local.all[count.index]", deny, ""), "{\n", "{\n  count = length(local.all)\n", 1)
	}
	cli := g.CLI(t, list(`"us-central1.a", "us-central1.b", "us-central1.c"`))
	says(t, cli, anApply, true)
	cli.Write(t, list(`"us-central1.b", "us-central1.a", "us-central1.c"`))
	says(t, g.Fresh(t, cli), aPlan, false, renamed)
	cli.Write(t, list(`"us-central1.b", "us-central1.c"`))
	says(t, g.Fresh(t, cli), aPlan, false, renamed)
	cli.Write(t, list(`"us-central1.a", "us-central1.d"`))
	says(t, g.Fresh(t, cli), anApply, true)
}

// TestPolicyIsNotRecreated: destroy and recreate would leave a gap, so the plan refuses it for
// every form of replacement. An in-place update is enough.
func TestPolicyIsNotRecreated(t *testing.T) {
	t.Parallel()
	const refused = "would be destroyed and recreated"
	for kind, body := range map[string]string{
		"binauthz_policy":                   config(deny, "adopt_existing = true\nlifecycle {\n    create_before_destroy = true\n  }"),
		"binauthz_policy_rule":              ruleConfig(`cluster = "us-central1.a"`, deny, "adopt_existing = true"),
		"binauthz_policy_rule default":      ruleConfig("default = true", deny, ""),
		"binauthz_policy_allowlist_pattern": allowlist("it", "gcr.io/acme/*", ""),
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			it := strings.Fields(kind)[0] + ".it"
			cli := g.CLI(t, body)
			says(t, cli, anApply, true)
			g.Emulator.ResetCalls()
			says(t, g.Fresh(t, cli), []string{"plan", "-replace=" + it}, false, refused, "terraform untaint", "!"+renamed)
			says(t, g.Fresh(t, cli), []string{"taint", it}, true)
			says(t, g.Fresh(t, cli), anApply, false, refused)
			says(t, g.Fresh(t, cli), []string{"untaint", it}, true)
			says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true, "!owned twice")
			if n := g.Calls("UpdatePolicy"); n != 0 {
				t.Errorf("the policy was written %d times", n)
			}
		})
	}
}
