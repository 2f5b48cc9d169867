package examples_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPipeline runs the steps of examples/pipeline twice. The plan fails before the attestation and
// succeeds after it, and a second run creates no second attestation.
func TestPipeline(t *testing.T) {
	t.Parallel()
	acctest.NeedsActions(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	platform := acctest.HCL(t, "testdata/platform_of_the_pipeline.tf", nil) // what another team has set up before
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
	step(0, "already exists and verifies", attest...)
	if n := g.Calls("CreateOccurrence"); n != 1 {
		t.Errorf("%d attestations were written", n)
	}
}

// TestPipelinesRunTheseSteps: the pipeline files contain the steps of TestPipeline.
func TestPipelinesRunTheseSteps(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"github-actions.yml", "cloudbuild.yaml"} {
		pipeline := read(t, "examples/pipeline", file)
		for _, step := range []string{
			"terraform init\n",
			"terraform apply -auto-approve -invoke=action.binauthz_sign_attestation.release\n", "terraform plan\n", "TF_VAR_image",
			"kubectl set image",
		} {
			if !strings.Contains(pipeline, step) {
				t.Errorf("%s does not have %q", file, step)
			}
		}
	}
}
