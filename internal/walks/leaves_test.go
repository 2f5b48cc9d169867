package walks

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	requires = `{
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.it.id]
  }`
	policy     = "resource \"binauthz_policy\" \"it\" {\n  default_admission_rule = " + requires + "\n%s\n}\n"
	imports    = "import {\n  to = binauthz_policy.it\n  id = \"projects/demo/policy\"\n}\n"
	policyRule = `resource "binauthz_policy_rule" "it" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  require_attestations_by = [binauthz_attestor.it.id]
%s
}
`
	importsRule = "import {\n  to = binauthz_policy_rule.it\n  id = \"projects/demo/policy/default\"\n}\n"
	attested    = `resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = "` + image + `"
  kms_key_version = "` + version + `"
}
`
)

// enforced writes a policy outside Terraform. The policy requires the attestor.
func enforced(t *testing.T, g *acctest.Ground) {
	t.Helper()
	_, err := g.Clients.EditPolicy(t.Context(), "demo", gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		p.DefaultAdmissionRule = &binaryauthorizationpb.AdmissionRule{
			EvaluationMode:        binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION,
			EnforcementMode:       binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
			RequireAttestationsBy: []string{"projects/demo/attestors/built"},
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func says(t *testing.T, cli *acctest.CLI, args []string, good bool, texts ...string) {
	t.Helper()
	out, code := cli.Run(t, args...)
	plain := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
	if (code == 0) != good {
		t.Fatalf("%v: exit code %d: %s", args, code, out)
	}
	for _, text := range texts {
		if unwanted := strings.TrimPrefix(text, "!"); (unwanted != text) == strings.Contains(plain, unwanted) {
			t.Errorf("%v: %q: %s", args, text, out)
		}
	}
}

var (
	aPlan   = []string{"plan"}
	anApply = []string{"apply", "-auto-approve"}
	destroy = []string{"plan", "-destroy"}
)

// TestADestroyThatLocksOut: a destroy is refused if it restores a policy with an attestor destroyed
// by the same plan, for every form of destroy.
func TestADestroyThatLocksOut(t *testing.T) {
	t.Parallel()
	const refused = "Error: Destroy leaves a policy that refuses every image"
	for name, rest := range map[string]string{
		"whole": fmt.Sprintf(policy, "") + imports,
		"rule":  fmt.Sprintf(policyRule, "") + importsRule,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, attestor)
			says(t, cli, anApply, true)
			enforced(t, g)
			cli.Write(t, attestor+rest)
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), destroy, false, refused, "projects/demo/attestors/built")
			says(t, g.Fresh(t, cli), append(destroy, "-parallelism=1"), false, refused)
			cli.Write(t, "") // the blocks are gone
			says(t, g.Fresh(t, cli), aPlan, false, refused)
			counted := strings.NewReplacer("\" {\n", "\" {\n  count = 0\n",
				"binauthz_note.it.id", "binauthz_note.it[0].id", "binauthz_attestor.it.id", "binauthz_attestor.it[0].id")
			cli.Write(t, counted.Replace(attestor+strings.Split(rest, "import {")[0]))
			says(t, g.Fresh(t, cli), aPlan, false, refused)
			acknowledged := strings.Replace(rest, "\n}\n", "\n  acknowledge_lockout = true\n}\n", 1)
			cli.Write(t, attestor+acknowledged)
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true,
				"Destroy changes nothing", "Attestor is removed, and rules refuse every image")
		})
	}
}

// TestADestroyBackToAKeylessAttestor: a destroy warns if it restores a rule with a keyless
// attestor, even for an attestor of others.
func TestADestroyBackToAKeylessAttestor(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	keyless := strings.Replace(attestor, "  public_keys = [{ kms_key_version = \""+version+"\" }]\n", "", 1)
	says(t, g.CLI(t, keyless), anApply, true)
	enforced(t, g)
	allow := "{ evaluation_mode = \"ALWAYS_ALLOW\", enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }"
	cli := g.CLI(t, "resource \"binauthz_policy\" \"it\" {\n  adopt_existing = true\n  default_admission_rule = "+allow+"\n}\n")
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), destroy, true,
		"Warning: Policy lock-out: ATTESTOR_WITHOUT_KEYS", "The destroy of projects/demo/policy leaves a policy with a lock-out")
}

// TestWhatGoesIsSaid: the destroy of an attestor or a note lists the affected rules, as the removal
// of the last key does.
func TestWhatGoesIsSaid(t *testing.T) {
	t.Parallel()
	const (
		goes  = "Warning: Attestor is removed, and rules refuse every image (projects/demo/attestors/built)"
		rules = "rules of projects/demo/policy (the current policy) require attestations by projects/demo/attestors/built"
	)
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, attestor)
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), destroy, true, "!"+goes, "!attestors verify nothing")
	enforced(t, g)
	says(t, g.Fresh(t, cli), destroy, true, goes, rules, "default_admission_rule")
	cli.Write(t, strings.Replace(attestor, `name        = "built"`, `name        = "other"`, 1))
	says(t, g.Fresh(t, cli), aPlan, true, goes, rules, "is replaced by projects/demo/attestors/other", "create_before_destroy")
	const later = "resource \"terraform_data\" \"later\" {\n  input = \"other\"\n}\n"
	cli.Write(t, later+strings.Replace(attestor, `name        = "built"`, "name        = terraform_data.later.output", 1))
	says(t, g.Fresh(t, cli), aPlan, true, goes, rules)
	cli.Write(t, strings.Replace(attestor, "binauthz_note.it.id", `"projects/demo/notes/elsewhere"`, 1))
	says(t, g.Fresh(t, cli), aPlan, true, goes, rules)
	// The note alone, with a separate state.
	note, _, _ := strings.Cut(attestor, `resource "binauthz_attestor"`)
	theirs := g.CLI(t, note+"import {\n  to = binauthz_note.it\n  id = \"projects/demo/notes/built\"\n}\n")
	says(t, theirs, anApply, true)
	says(t, g.Fresh(t, theirs), destroy, true,
		"Warning: Note is removed, and attestors verify nothing (projects/demo/notes/built)", "projects/demo/attestors/built", rules)
	theirs.Write(t, later+strings.Replace(note, `"built"`, "terraform_data.later.output", 1))
	says(t, g.Fresh(t, theirs), aPlan, true,
		"Warning: Note is removed, and attestors verify nothing (projects/demo/notes/built)", "projects/demo/attestors/built", rules)
}

// TestWhatAnImageNeedsStays: a plan cannot remove the attestation of a required image, in any order
// of planning, with and without a reference.
func TestWhatAnImageNeedsStays(t *testing.T) {
	t.Parallel()
	const refused = "Error: Policy refuses an image that it must admit"
	for name, rest := range map[string]string{
		"whole, by name":      fmt.Sprintf(policy, "  must_admit = [\""+image+"\"]"),
		"whole, by reference": fmt.Sprintf(policy, "  must_admit = [binauthz_attestation.it.image]"),
		"rule":                fmt.Sprintf(policyRule, "  must_admit = [\""+image+"\"]"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, attestor+attested)
			says(t, cli, anApply, true)
			cli.Write(t, attestor+attested+rest)
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), []string{"plan", "-detailed-exitcode"}, true)
			cli.Write(t, attestor+strings.ReplaceAll(rest, "binauthz_attestation.it.image", `"`+image+`"`))
			for _, parallelism := range []string{"1", "10"} {
				says(t, g.Fresh(t, cli), append(aPlan, "-parallelism="+parallelism), false, refused, "this plan destroys its attestation")
			}
			cli.Write(t, "") // with the policy, the attestation can go
			says(t, g.Fresh(t, cli), anApply, true, "!refuses an image")
		})
	}
}

// TestProviderAliases: the plan does not find objects created through another alias. This is no
// error.
func TestProviderAliases(t *testing.T) {
	t.Parallel()
	const aliases = "provider \"binauthz\" {}\nprovider \"binauthz\" {\n  alias = \"b\"\n}\n"
	aliased := func(blocks string) string {
		return strings.ReplaceAll(blocks, "\" {\n", "\" {\n  provider = binauthz.b\n")
	}
	admitting := fmt.Sprintf(policy, "  must_admit = [binauthz_attestation.it.image]")
	for name, body := range map[string]string{
		"attestor":    attestor + aliased(fmt.Sprintf(policy, "")),
		"must_admit":  attestor + attested + aliased(admitting),
		"attestation": aliased(attestor) + aliased(attested) + admitting,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, aliases+body)
			says(t, cli, aPlan, true, "!Error:")
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), []string{"plan", "-detailed-exitcode"}, true)
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true)
		})
	}
}

// TestPolicyProjectIsAnID: the policy's project is an id: with a number, comparisons of projects
// would see another policy.
func TestPolicyProjectIsAnID(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	rule := `{ evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }`
	for _, project := range []string{"123456789012", "Not A Project"} {
		for _, body := range []string{
			"resource \"binauthz_policy\" \"it\" {\n  project = %q\n  default_admission_rule = " + rule + "\n}\n",
			`resource "binauthz_policy_rule" "it" {
  project          = %q
  scope            = { default = true }
  evaluation_mode  = "ALWAYS_ALLOW"
  enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
}
`,
			"resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  project = %q\n  pattern = \"gcr.io/acme/*\"\n}\n",
		} {
			says(t, g.CLI(t, fmt.Sprintf(body, project)), aPlan, false, "Error: Invalid project")
		}
	}
}

// TestADestroyAfterThePolicyWasLetGo: a destroy begins with a plan of the whole configuration, so a
// policy removed from the state is refused as an existing one. The message contains the remedy.
func TestADestroyAfterThePolicyWasLetGo(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, attestor+fmt.Sprintf(policy, ""))
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), []string{"state", "rm", "binauthz_policy.it"}, true)
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, false, "Project has a policy already", "add -refresh=false")
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve", "-refresh=false"}, true, "2 destroyed")
}
