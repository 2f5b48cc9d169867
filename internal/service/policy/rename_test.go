package policy_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const renamed = "Error: Resource was renamed without a moved block"

// A resource with another name is refused by the plan, in whatever order the two are planned: else the apply would remove what is there.
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

// Two rules that exchange their scopes, and a list that moves up, are the same trap.
func TestPolicyRulesThatExchange(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	list := func(clusters string) string {
		return "locals {\n  all = [" + clusters + "]\n}\n" + strings.Replace(ruleConfig("cluster = local.all[count.index]", deny, ""), "{\n", "{\n  count = length(local.all)\n", 1)
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

// A replacement ends with what is configured. Between, nothing opens with create_before_destroy, and a plan without it says what opens.
func TestPolicyReplacedInEitherOrder(t *testing.T) {
	t.Parallel()
	const (
		between = "Warning: Policy is weakened while it is replaced"
		first   = "lifecycle {\n    create_before_destroy = true\n  }\n"
		adopt   = "adopt_existing = true\n"
	)
	denied := func(p *gcp.Policy) bool {
		rule := p.GetDefaultAdmissionRule()
		if kept := p.GetClusterAdmissionRules()["us-central1.a"]; kept != nil {
			rule = kept
		}
		return rule.GetEvaluationMode() == binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
	}
	for kind, body := range map[string]func(more string) string{
		"binauthz_policy":              func(more string) string { return config(deny, more) },
		"binauthz_policy_rule":         func(more string) string { return ruleConfig(`cluster = "us-central1.a"`, deny, more) },
		"binauthz_policy_rule default": func(more string) string { return ruleConfig("default = true", deny, more) },
	} {
		for how, c := range map[string]struct {
			more   string
			taint  bool
			writes int // -1 for a plan that is refused
		}{
			"replace, destroy first":             {adopt, false, 2},
			"taint, destroy first":               {adopt, true, 2},
			"replace, create first":              {adopt + first, false, 1},
			"taint, create first":                {adopt + first, true, 1},
			"replace, destroy first, not adopts": {"", false, -1},
			"replace, create first, not adopts":  {first, false, -1},
			"taint, not adopts":                  {"", true, -1},
		} {
			t.Run(kind+", "+how, func(t *testing.T) {
				t.Parallel()
				g := acctest.NewEmulated(t, emulator.Options{})
				it := strings.Fields(kind)[0] + ".it"
				cli := g.CLI(t, body(c.more))
				says(t, cli, anApply, true)
				args := []string{"plan", "-out=it.tfplan", "-replace=" + it}
				if c.taint {
					says(t, g.Fresh(t, cli), []string{"taint", it}, true)
					args = args[:2]
				}
				if c.writes < 0 {
					says(t, g.Fresh(t, cli), args, false, "Error: Replacement by itself", "adopt_existing = true", "!"+renamed)
					return
				}
				planned := says(t, g.Fresh(t, cli), args, true, "!"+renamed, "!owned twice")
				if c.taint && !strings.Contains(planned, between) { // of another replacement Terraform shows errors only
					t.Errorf("not told: %s", planned)
				}
				g.Emulator.ResetCalls()
				said := says(t, g.Fresh(t, cli), []string{"apply", "it.tfplan"}, true, "!"+renamed)
				if n := g.Calls("UpdatePolicy"); n > c.writes || c.writes == 2 && n != 2 {
					t.Errorf("written %d times: %s", n, said)
				}
				if !denied(now(t, g)) {
					t.Errorf("the policy is %v: %s", now(t, g), said)
				}
				says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
				if c.writes == 1 && kind != "binauthz_policy_rule" && !strings.Contains(said, "Warning: Restore is lost") {
					t.Errorf("not told: %s", said)
				}
			})
		}
	}
}

// A pattern that is replaced by itself would be away for a while, or be refused as one that is there.
func TestPolicyPatternReplacedByItself(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, allowlist("it", "gcr.io/acme/*", ""))
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), []string{"plan", "-replace=binauthz_policy_allowlist_pattern.it"}, false, "Error: Replacement by itself", "!adopt_existing")
	says(t, g.Fresh(t, cli), []string{"taint", "binauthz_policy_allowlist_pattern.it"}, true)
	says(t, g.Fresh(t, cli), aPlan, false, "Error: Replacement by itself", "terraform untaint")
	says(t, g.Fresh(t, cli), []string{"untaint", "binauthz_policy_allowlist_pattern.it"}, true)
	says(t, g.Fresh(t, cli), append(aPlan, "-detailed-exitcode"), true)
}
