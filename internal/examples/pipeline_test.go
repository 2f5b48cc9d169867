package examples_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// platform is what another team's configuration has set up before the pipeline of examples/pipeline runs.
const platform = `
provider "binauthz" {
  project = "demo"
}
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}
resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  note        = binauthz_note.built.id
  public_keys = [{ kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" }]
}
resource "binauthz_policy" "project" {
  global_policy_evaluation_mode = "ENABLE"
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }
}
`

// TestPipeline runs the steps of examples/pipeline twice: refused before, attested, let in, and attested once however often
// it runs.
func TestPipeline(t *testing.T) {
	t.Parallel()
	acctest.NeedsActions(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	if said, code := g.CLI(t, platform).Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(said)
	}
	image := "image=us-docker.pkg.dev/demo/app/web@sha256:" + strings.Repeat("5", 64)
	step := func(wantCode int, wantWords string, args ...string) {
		t.Helper()
		said, code := g.CLI(t, read(t, "examples/pipeline/main.tf")).Run(t, append(args, "-var="+image)...)
		if code != wantCode || !strings.Contains(strings.Join(strings.Fields(said), " "), wantWords) {
			t.Errorf("terraform %v ended with %d:\n%s", args, code, said)
		}
	}
	prove, attest := []string{"plan"}, []string{"apply", "-auto-approve", "-invoke=action.binauthz_sign_attestation.release"}
	step(1, "there is no attestation of it", prove...)
	step(0, "Wrote projects/demo/occurrences/", attest...)
	step(0, "", prove...)
	step(0, "is there already and verifies", attest...)
	if n := g.Calls("CreateOccurrence"); n != 1 {
		t.Errorf("%d attestations were written", n)
	}
}

// TestPipelinesRunTheseSteps holds the pipelines to the steps that TestPipeline runs.
func TestPipelinesRunTheseSteps(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"github-actions.yml", "cloudbuild.yaml"} {
		pipeline := read(t, "examples/pipeline", file)
		for _, step := range []string{"terraform init\n", "terraform apply -auto-approve -invoke=action.binauthz_sign_attestation.release\n", "terraform plan\n", "TF_VAR_image", "kubectl set image"} {
			if !strings.Contains(pipeline, step) {
				t.Errorf("%s does not have %q", file, step)
			}
		}
	}
}
