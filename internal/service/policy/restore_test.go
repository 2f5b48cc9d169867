package policy_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestPolicyRestoreOfAnAttestorThatIsGone: if a destroy cannot restore the earlier policy, because
// an attestor no longer exists, the error names the attestor and the remedy.
func TestPolicyRestoreOfAnAttestorThatIsGone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, advice, way string }{
		"whole": {config(dryRun, "adopt_existing = true"), "RESET", config(dryRun, "adopt_existing = true\ndeletion_policy = \"RESET\"")},
		"rule":  {ruleConfig("default = true", dryRun, "adopt_existing = true"), "terraform state rm", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			attestors(t, g, "built")
			edit(t, g, func(p *gcp.Policy) {
				p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION
				p.DefaultAdmissionRule.RequireAttestationsBy = []string{"projects/demo/attestors/built"}
			})
			cli := g.CLI(t, c.body)
			run := func(args ...string) (string, int) { return g.Fresh(t, cli).Run(t, args...) }
			if out, code := run("apply", "-auto-approve"); code != 0 {
				t.Fatal(out)
			}
			if err := g.Clients.DeleteAttestor(t.Context(), resname.Attestor{Project: "demo", ID: "built"}); err != nil {
				t.Fatal(err)
			}
			out, code := run("destroy", "-auto-approve")
			if text := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " "); code == 0 ||
				!strings.Contains(text, "no longer exist: projects/demo/attestors/built") || !strings.Contains(text, c.advice) {
				t.Errorf("exit code %d: %s", code, out)
			}
			if c.way == "" {
				return
			}
			cli.Write(t, c.way)
			for _, args := range [][]string{{"apply", "-auto-approve"}, {"destroy", "-auto-approve"}} {
				if out, code := run(args...); code != 0 {
					t.Errorf("the way out leads nowhere: %s", out)
				}
			}
		})
	}
}

// TestPolicyDestroyThatFindsNothing: if a destroy fails because the project or an attestor is
// missing, the enforced policy stays in the state.
func TestPolicyDestroyThatFindsNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"whole": config(deny, ""), "rule": ruleConfig(`cluster = "us-central1.a"`, deny, ""),
		"default rule": ruleConfig("default = true", deny, ""), "pattern": allowlist("it", "gcr.io/ours/*", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, body)
			says(t, cli, anApply, true)
			before := now(t, g)
			f, err := fault.Parse("UpdatePolicy=not_found")
			fatal(t, err)
			fatal(t, g.Emulator.Inject(f))
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, false, "Error: Cannot delete policy")
			if !projectpolicy.Same(now(t, g), before) {
				t.Error("the fault came too late")
			}
			says(t, g.Fresh(t, cli), []string{"plan", "-detailed-exitcode"}, true, "No changes")
			says(t, g.Fresh(t, cli), []string{"destroy", "-auto-approve"}, true, "1 destroyed")
		})
	}
}
