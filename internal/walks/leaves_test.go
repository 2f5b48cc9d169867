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
	requires = `{ evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG", require_attestations_by = [binauthz_attestor.it.id] }`
	policy   = "resource \"binauthz_policy\" \"it\" {\n  default_admission_rule = " + requires + "\n%s\n}\n"
	imports  = "import {\n  to = binauthz_policy.it\n  id = \"projects/demo/policy\"\n}\n"
	attested = "resource \"binauthz_attestation\" \"it\" {\n  attestor = binauthz_attestor.it.id\n  image = \"" + image + "\"\n  kms_key_version = \"" + version + "\"\n}\n"
)

// enforced writes a policy that requires the attestor, behind the provider's back.
func enforced(t *testing.T, g *acctest.Ground) {
	t.Helper()
	_, err := g.Clients.EditPolicy(t.Context(), "demo", gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		p.DefaultAdmissionRule = &binaryauthorizationpb.AdmissionRule{
			EvaluationMode: binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION, EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
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

// A destroy that goes back to a policy which requires the attestor that it destroys is refused, in whatever way it is asked for.
func TestADestroyThatLocksOut(t *testing.T) {
	t.Parallel()
	const refused = "Error: Destroy leaves a policy that refuses every image"
	for name, rest := range map[string]string{
		"whole": fmt.Sprintf(policy, "") + imports,
		"rule":  "resource \"binauthz_policy_rule\" \"it\" {\n  scope = { default = true }\n  evaluation_mode = \"REQUIRE_ATTESTATION\"\n  enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n  require_attestations_by = [binauthz_attestor.it.id]\n}\nimport {\n  to = binauthz_policy_rule.it\n  id = \"projects/demo/policy/default\"\n}\n",
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
			counted := strings.NewReplacer("\" {\n", "\" {\n  count = 0\n", "binauthz_note.it.id", "binauthz_note.it[0].id", "binauthz_attestor.it.id", "binauthz_attestor.it[0].id")
			cli.Write(t, counted.Replace(attestor+strings.Split(rest, "import {")[0]))
			says(t, g.Fresh(t, cli), aPlan, false, refused)
			acknowledged := strings.Replace(rest, "\n}\n", "\n  acknowledge_lockout = true\n}\n", 1)
			cli.Write(t, attestor+acknowledged)
			says(t, g.Fresh(t, cli), anApply, true)
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "Destroy changes nothing", "Attestor goes, and rules refuse every image")
		})
	}
}

// A destroy that goes back to a rule of an attestor without keys says so, whoever made the attestor.
func TestADestroyBackToAKeylessAttestor(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	keyless := strings.Replace(attestor, "  public_keys = [{ kms_key_version = \""+version+"\" }]\n", "", 1)
	says(t, g.CLI(t, keyless), anApply, true)
	enforced(t, g)
	allow := "{ evaluation_mode = \"ALWAYS_ALLOW\", enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }"
	cli := g.CLI(t, "resource \"binauthz_policy\" \"it\" {\n  adopt_existing = true\n  default_admission_rule = "+allow+"\n}\n")
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), destroy, true, "Warning: Policy locks out: ATTESTOR_WITHOUT_KEYS", "Destroying projects/demo/policy leaves a policy that locks out")
}

// What goes is said with the rules that need it, as the last key is.
func TestWhatGoesIsSaid(t *testing.T) {
	t.Parallel()
	const goes, rules = "Warning: Attestor goes, and rules refuse every image (projects/demo/attestors/built)", "rules of projects/demo/policy, as it is now, require attestations of projects/demo/attestors/built"
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, attestor)
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), destroy, true, "!"+goes, "!attestors verify nothing")
	enforced(t, g)
	says(t, g.Fresh(t, cli), destroy, true, goes, rules, "default_admission_rule")
	cli.Write(t, strings.Replace(attestor, `name        = "built"`, `name        = "other"`, 1))
	says(t, g.Fresh(t, cli), aPlan, true, goes, rules, "is replaced by projects/demo/attestors/other", "create_before_destroy")
	cli.Write(t, strings.Replace(attestor, "binauthz_note.it.id", `"projects/demo/notes/elsewhere"`, 1))
	says(t, g.Fresh(t, cli), aPlan, true, goes, rules)
	// The note alone, from a state of its own.
	theirs := g.CLI(t, strings.Split(attestor, `resource "binauthz_attestor"`)[0]+"import {\n  to = binauthz_note.it\n  id = \"projects/demo/notes/built\"\n}\n")
	says(t, theirs, anApply, true)
	says(t, g.Fresh(t, theirs), destroy, true, "Warning: Note goes, and attestors verify nothing (projects/demo/notes/built)", "projects/demo/attestors/built", rules)
}

// An image that must be admitted keeps what it needs, whichever of the two is planned first and whether or not they refer to each other.
func TestWhatAnImageNeedsStays(t *testing.T) {
	t.Parallel()
	const refused = "Error: Policy refuses an image that it must admit"
	for name, rest := range map[string]string{
		"whole, by name":      fmt.Sprintf(policy, "  must_admit = [\""+image+"\"]"),
		"whole, by reference": fmt.Sprintf(policy, "  must_admit = [binauthz_attestation.it.image]"),
		"rule": "resource \"binauthz_policy_rule\" \"it\" {\n  scope = { default = true }\n  evaluation_mode = \"REQUIRE_ATTESTATION\"\n  enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n" +
			"  require_attestations_by = [binauthz_attestor.it.id]\n  must_admit = [\"" + image + "\"]\n}\n",
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

// What another alias brings is not found by the plan, which is no error.
func TestProviderAliases(t *testing.T) {
	t.Parallel()
	const aliases = "provider \"binauthz\" {}\nprovider \"binauthz\" {\n  alias = \"b\"\n}\n"
	aliased := strings.NewReplacer(`resource "binauthz_policy" "it" {`, "resource \"binauthz_policy\" \"it\" {\n  provider = binauthz.b", `resource "binauthz_attestation" "it" {`, "resource \"binauthz_attestation\" \"it\" {\n  provider = binauthz.b")
	for name, body := range map[string]string{
		"attestor":    attestor + aliased.Replace(fmt.Sprintf(policy, "")),
		"must_admit":  attestor + attested + aliased.Replace(fmt.Sprintf(policy, "  must_admit = [binauthz_attestation.it.image]")),
		"attestation": strings.Replace(attestor, "\" {\n", "\" {\n  provider = binauthz.b\n", 2) + aliased.Replace(attested) + fmt.Sprintf(policy, "  must_admit = [binauthz_attestation.it.image]"),
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

// The policy's project is an id: a number would be another policy to everything that compares projects.
func TestPolicyProjectIsAnID(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	rule := `{ evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }`
	for _, project := range []string{"123456789012", "Not A Project"} {
		for _, body := range []string{
			"resource \"binauthz_policy\" \"it\" {\n  project = %q\n  default_admission_rule = " + rule + "\n}\n",
			"resource \"binauthz_policy_rule\" \"it\" {\n  project = %q\n  scope = { default = true }\n  evaluation_mode = \"ALWAYS_ALLOW\"\n  enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n}\n",
			"resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  project = %q\n  pattern = \"gcr.io/acme/*\"\n}\n",
		} {
			says(t, g.CLI(t, fmt.Sprintf(body, project)), aPlan, false, "Error: Invalid project")
		}
	}
}

// A destroy begins with a plan of the whole configuration, so a policy that was let go of is refused as one that exists already. The message
// says how to go on.
func TestADestroyAfterThePolicyWasLetGo(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, attestor+fmt.Sprintf(policy, ""))
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), []string{"state", "rm", "binauthz_policy.it"}, true)
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, false, "Project has a policy already", "add -refresh=false")
	says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve", "-refresh=false"}, true, "2 destroyed")
}
