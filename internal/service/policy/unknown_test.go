package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// later has an unknown value in the plan.
func later(value string) string {
	return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %q\n}\n", value)
}

// isLater replaces a text by this value.
func isLater(config, text string) string {
	return strings.Replace(config, fmt.Sprintf("%q", text), "terraform_data.later.output", 1)
}

// TestRuleOfUnknownScope: a scope that is not known yet replaces the rule.
func TestRuleOfUnknownScope(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	const rule = `{ evaluation_mode = "ALWAYS_DENY", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }`
	config := ruleConfig(`cluster = "us-central1.a"`, rule, "")
	cli := g.CLI(t, config)
	says(t, cli, []string{"apply", "-auto-approve"}, true)
	cli.Write(t, later("us-central1.b")+isLater(config, "us-central1.a"))
	says(t, g.Fresh(t, cli), aPlan, true, "must be replaced")
	says(t, g.Fresh(t, cli), []string{"apply", "-auto-approve"}, true, "2 added, 0 changed, 1 destroyed")
	says(t, g.Fresh(t, cli), []string{"plan", "-detailed-exitcode"}, true)
}

// says runs a command and looks for texts in its output; texts with a leading "!" must be absent.
func says(t *testing.T, cli *acctest.CLI, args []string, wantCode bool, texts ...string) string {
	t.Helper()
	out, code := cli.Run(t, args...)
	plain := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
	if (code == 0) != wantCode {
		t.Fatalf("%v: exit code %d: %s", args, code, out)
	}
	for _, text := range texts {
		if unwanted, ok := strings.CutPrefix(text, "!"); ok == strings.Contains(plain, strings.TrimPrefix(text, "!")) {
			t.Errorf("%v: %q, unwanted %t: %s", args, unwanted, ok, out)
		}
	}
	return plain
}

var (
	aPlan   = []string{"plan", "-lock=false"}
	anApply = []string{"apply", "-auto-approve"}
)

const skipped = "Warning: Not checked until apply"

// TestPolicyChecksWhatIsKnown: an unknown value stops only the checks depending on it.
func TestPolicyChecksWhatIsKnown(t *testing.T) {
	t.Parallel()
	const off = `global_policy_evaluation_mode = "DISABLE"`
	theirs := func(p *gcp.Policy) {
		p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{"us-central1.a": {
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		}}
	}
	must := func(image string) string { return fmt.Sprintf("must_admit = [%q]", image) }
	listed := `admission_whitelist_patterns = ["` + web + `*"]` + "\n"
	for name, c := range map[string]struct {
		before func(*gcp.Policy)
		config string
		good   bool
		want   []string
	}{
		"a rule that is there": {
			theirs, isLater(ruleConfig(`cluster = "us-central1.a"`, require("X"), ""), "X"), false, []string{"Policy has the rule already"},
		},
		"a policy that is there": {
			theirs, isLater(config(require("X"), ""), "X"), false, []string{"Project has a policy already"},
		},
		"a lock-out of GKE": {
			nil, isLater(config(require("X"), off), "X"), false, []string{"Policy lock-out: SYSTEM_IMAGES_BLOCKED"},
		},
		"a lock-out by a rule": {
			func(p *gcp.Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE },
			isLater(ruleConfig("default = true", require("X"), ""), "X"), false,
			[]string{"Policy lock-out: SYSTEM_IMAGES_BLOCKED"},
		},
		"no lock-out for certain": {
			nil, isLater(config(strings.Replace(deny, "ENFORCED_BLOCK_AND_AUDIT_LOG", "X", 1), off), "X"), true,
			[]string{skipped, "default_admission_rule.enforcement_mode", "whether the policy has a lock-out"},
		},
		"a lock-out, mode not known": {
			nil, isLater(config(deny, `global_policy_evaluation_mode = "X"`), "X"), true,
			[]string{skipped, "global_policy_evaluation_mode", "whether the policy has a lock-out"},
		},
		"an image that is listed": {
			nil, isLater(config(require("X"), listed+must(web)), "X"), true, []string{skipped, "!whether " + web},
		},
		"an image that is not listed": {
			nil, isLater(config(require("X"), must(web+digest)), "X"), true,
			[]string{skipped, "default_admission_rule.require_attestations_by", "must_admit[0]: whether " + web + digest + " is admitted"},
		},
		"an image that cannot be": {
			nil, isLater(config(deny, must(web)+"\ndescription = \"X\""), "X"), false,
			[]string{"Policy refuses an image that it must admit", "default admission rule. Denied by always_deny", "!" + skipped},
		},
		"an image, by a rule": {
			nil,
			isLater(ruleConfig(`cluster = "us-central1.a"`, require("X"), must(web+digest)), "X"),
			true,
			[]string{
				skipped, "require_attestations_by of projects/demo/policy/cluster/us-central1.a", "must_admit[0]: whether " + web + digest,
			},
		},
		"an image without digest": {
			nil, isLater(config(require("X"), must(web)), "X"), false,
			[]string{"Image " + web + " denied by attestor", "Expected digest with sha256 scheme, but got tag or malformed digest"},
		},
		"an image that is not known": {
			nil, isLater(config(deny, must("X")), "X"), true, []string{skipped, "must_admit[0], because its value is not known yet"},
		},
		"patterns that are not known": {
			nil, isLater(config(deny, `admission_whitelist_patterns = ["X"]`+"\n"+must(web)), "X"), true,
			[]string{skipped, "admission_whitelist_patterns", "must_admit[0]: whether " + web},
		},
		"a map that is not known": {
			nil, config(allow, `cluster_admission_rules = { for k in [terraform_data.later.output] : k => `+allow+` }`+"\n"+must(web)),
			true,
			[]string{skipped, "cluster_admission_rules", "must_admit[0]: whether " + web},
		},
		"a key, with a description later": {
			nil, isLater(config(allow, `cluster_admission_rules = { "nolocation" = `+deny+" }\ndescription = \"X\""), "X"), false,
			[]string{"Invalid policy"},
		},
		"a key, with an attestor later": {
			nil, isLater(ruleConfig(`cluster = "nolocation"`, require("X"), ""), "X"), false, []string{"Invalid rule"},
		},
		"a scope that is not known": {
			nil, isLater(ruleConfig(`cluster = "X"`, deny, ""), "X"), true, []string{skipped, "not known yet: scope"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			if c.before != nil {
				edit(t, g, c.before)
			}
			says(t, g.CLI(t, later("X")+c.config), aPlan, c.good, c.want...)
		})
	}
}

// TestPolicyWarnsOfKnownWeakening: the plan warns of weakenings as far as values are known.
func TestPolicyWarnsOfKnownWeakening(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, want string }{
		"dry run": {config(deny, ""), isLater(config(dryRun, `description = "X"`), "X"), "ENFORCEMENT_TO_DRY_RUN"},
		"allow": {
			config(deny, ""), isLater(config(allow, `admission_whitelist_patterns = ["X"]`), "X"), "EVALUATION_TO_ALWAYS_ALLOW",
		},
		"unknown map": {
			config(deny, ""), config(allow, `cluster_admission_rules = { for k in [terraform_data.later.output] : k => `+allow+` }`),
			"EVALUATION_TO_ALWAYS_ALLOW",
		},
		"rule kept": {
			config(allow, `cluster_admission_rules = { "us-central1.a" = `+deny+` }`),
			config(allow, `cluster_admission_rules = { for k in [terraform_data.later.output] : k => `+allow+` }`), "!RULE_REMOVED",
		},
		"dry run, rule": {
			ruleConfig("default = true", require("built"), ""),
			isLater(ruleConfig("default = true", strings.Replace(require("X"), "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY", 1),
				""), "X"),
			"ENFORCEMENT_TO_DRY_RUN",
		},
		"attestors kept": {config(require("built"), ""), isLater(config(require("X"), ""), "X"), "!ATTESTOR_REMOVED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			attestors(t, g, "built")
			cli := g.CLI(t, c.before)
			says(t, cli, anApply, true)
			cli.Write(t, later("us-docker.pkg.dev/acme/*")+c.after)
			says(t, g.Fresh(t, cli), aPlan, true, c.want, skippedUnless(name == "dry run"))
		})
	}
}

func skippedUnless(nothing bool) string {
	if nothing {
		return "!" + skipped
	}
	return skipped
}

// TestPolicyApplyChecksWhatThePlanCouldNot: before each write, the apply makes the checks left out
// by the plan because of unknown values.
func TestPolicyApplyChecksWhatThePlanCouldNot(t *testing.T) {
	t.Parallel()
	must := fmt.Sprintf("must_admit = [%q]", web+digest)
	for name, c := range map[string]struct{ value, config, want string }{
		"an image": {
			"projects/demo/attestors/built", isLater(config(require("X"), must), "X"), "Policy refuses an image that it must admit",
		},
		"an image, by rule": {
			"projects/demo/attestors/built", isLater(ruleConfig(`cluster = "us-central1.a"`, require("X"), must), "X"),
			"Policy refuses an image that it must admit",
		},
		"a lock-out": {
			"DISABLE", isLater(config(deny, `global_policy_evaluation_mode = "X"`), "X"), "Policy lock-out: SYSTEM_IMAGES_BLOCKED",
		},
		"a key": {
			"projects/demo/attestors/keyless", isLater(config(require("X"), ""), "X"), "Policy lock-out: ATTESTOR_WITHOUT_KEYS",
		},
		"an attestor's keys, whole": {
			"X", newAttestor(openKeys) + requireNew(config(require("X"), "")), "Policy lock-out: ATTESTOR_WITHOUT_KEYS",
		},
		"an attestor's keys": {
			"X", newAttestor(openKeys) + requireNew(ruleConfig("default = true", require("X"), "")),
			"Policy lock-out: ATTESTOR_WITHOUT_KEYS",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			attestors(t, g, "built")
			keyless(t, g)
			cli := g.CLI(t, later(c.value)+c.config)
			says(t, cli, aPlan, true)
			says(t, cli, anApply, false, c.want)
			if n := g.Calls("UpdatePolicy"); n != 0 {
				t.Errorf("the policy was written %d times", n)
			}
		})
	}
}

// newAttestor is an attestor created by the same configuration.
func newAttestor(more string) string {
	return "resource \"binauthz_attestor\" \"it\" {\n  name = \"new\"\n  note = \"n\"\n" + more + "\n}\n"
}

// openKeys has an unknown number of keys in the plan, and none in the apply.
const openKeys = `public_keys = [for k in [terraform_data.later.output] : { kms_key_version = k } if k != "X"]`

// requireNew requires the attestor of newAttestor.
func requireNew(config string) string {
	return strings.Replace(config, `"X"`, "binauthz_attestor.it.id", 1)
}

// TestPolicyCountsPlannedKeys: the planned keys of an attestor count as far as they are known.
func TestPolicyCountsPlannedKeys(t *testing.T) {
	t.Parallel()
	const lockedOut, open = "Policy lock-out: ATTESTOR_WITHOUT_KEYS",
		"whether the policy has a lock-out, because the number of keys is not known yet for projects/demo/attestors/new"
	whole, part := requireNew(config(require("X"), "")), requireNew(ruleConfig("default = true", require("X"), ""))
	for name, c := range map[string]struct {
		config string
		good   bool
		want   []string
	}{
		"none": {
			newAttestor("public_keys = []") + whole, false,
			[]string{lockedOut, "projects/demo/attestors/new, but this attestor has no usable key"},
		},
		"none, part": {newAttestor("public_keys = []") + part, false, []string{lockedOut}},
		"acknowledged": {
			newAttestor("public_keys = []") + strings.Replace(whole, "\n\n}", "\nacknowledge_lockout = true\n}", 1), true,
			[]string{"!" + lockedOut, "!" + skipped + " (projects/demo/policy"},
		},
		"dry run": {
			newAttestor("public_keys = []") + strings.Replace(whole, "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY", 1), true,
			[]string{"!" + lockedOut, "!" + skipped + " (projects/demo/policy"},
		},
		"not managed": {newAttestor("") + whole, true, []string{"!" + lockedOut, open}},
		"a key by itself": {
			newAttestor("") + singleKey + strings.Replace(whole, "binauthz_attestor.it.id", "binauthz_attestor_key.it.attestor", 1), true,
			[]string{"!" + lockedOut, open},
		},
		"not known":       {later("X") + newAttestor(openKeys) + whole, true, []string{skipped + " (projects/demo/policy)", open}},
		"not known, part": {later("X") + newAttestor(openKeys) + part, true, []string{skipped + " (projects/demo/policy/default)", open}},
		"one":             {newAttestor(oneKey) + whole, true, []string{"!" + lockedOut, "!" + skipped + " (projects/demo/policy"}},
		"one, of some day": {
			later("X") + newAttestor(strings.Replace(oneKey, `"`+aVersion+`"`, "terraform_data.later.output", 1)) + whole, true,
			[]string{"!" + lockedOut, "!" + skipped + " (projects/demo/policy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			says(t, g.CLI(t, c.config), aPlan, c.good, c.want...)
		})
	}
}

const (
	aVersion  = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
	singleKey = "resource \"binauthz_attestor_key\" \"it\" {\n  attestor = binauthz_attestor.it.id\n  kms_key_version = \"" + aVersion +
		"\"\n}\n"
	oneKey = `public_keys = [{ kms_key_version = "` + aVersion + `" }]`
)

func keyless(t *testing.T, g *acctest.Ground) {
	t.Helper()
	_, err := g.Clients.CreateAttestor(t.Context(), attestorName(g.Project, "keyless"), &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
			UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"},
		},
	})
	fatal(t, err)
}
