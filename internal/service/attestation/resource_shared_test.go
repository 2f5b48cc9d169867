package attestation_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestAReplacementThatWasBrokenOffLosesNothing: the new object adopts the attestation of the old
// one. If the apply fails before it destroys the old one, the next plan would destroy the shared
// attestation. It is refused.
func TestAReplacementThatWasBrokenOffLosesNothing(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.reads(t, "renamed", "ci", k.version.KeyID())
	body := func(attestor, condition string) string {
		return attested(attestor, webImage, by(k.version), "lifecycle {\n    create_before_destroy = true\n  }") + fmt.Sprintf(`
resource "terraform_data" "after" {
  input = binauthz_attestation.it.attestor
  lifecycle {
    create_before_destroy = true
    postcondition {
      condition     = %s
      error_message = "broken off"
    }
  }
}
`, condition)
	}
	cli := k.CLI(t, body("ci", `self.output != "nothing"`))
	runs(t, cli, 0, "apply", "-auto-approve")
	cli.Write(t, body("renamed", `self.output != "renamed"`))
	runs(t, k.Fresh(t, cli), 1, "apply", "-auto-approve")
	cli.Write(t, body("renamed", `self.output != "nothing"`))
	k.appliesWithoutLoss(t, cli, it)
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}

// appliesWithoutLoss applies the destroy of one of two objects with the same attestation. It
// expects a refusal, and then follows its advice.
func (k *keeper) appliesWithoutLoss(t *testing.T, cli *acctest.CLI, address string) {
	t.Helper()
	expectWords(t, runs(t, k.Fresh(t, cli), 1, "apply", "-auto-approve"), "Attestation would be lost", "terraform state rm")
	runs(t, k.Fresh(t, cli), 0, "state", "rm", address)
	runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 1 {
		t.Errorf("there are %v", all)
	}
}

// TestOneOfTwoResourcesDoesNotTakeTheAttestationFromTheOther: a destroy of one resource is refused,
// because the other needs the attestation. A destroy of both deletes it.
func TestOneOfTwoResourcesDoesNotTakeTheAttestationFromTheOther(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	body := func(names string) string {
		return fmt.Sprintf(`resource "binauthz_attestation" "it" {
  for_each = toset(%s)
  attestor = "ci"
  image    = %q
  %s
}
`, names, webImage, by(k.version))
	}
	cli := k.CLI(t, body(`["a", "b"]`))
	runs(t, cli, 0, "apply", "-auto-approve")
	cli.Write(t, body(`["b"]`))
	k.appliesWithoutLoss(t, cli, it+`["a"]`)
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	cli.Write(t, body(`["a", "b"]`))
	runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}

// TestWhoMayNotListTheProjectLooksAtTheNote: without permission to list the project, the apply
// lists the note before it creates a second attestation. Without either permission, it warns.
func TestWhoMayNotListTheProjectLooksAtTheNote(t *testing.T) {
	t.Parallel()
	for second, want := range map[string]int{"": 1, "ListNoteOccurrences": 2} {
		t.Run("denied too: "+second, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			k.adds(t, "ci", k.version.KeyID())
			cli := k.CLI(t, attested("ci", webImage, by(k.version)))
			runs(t, cli, 0, "apply", "-auto-approve")
			runs(t, cli, 0, "state", "rm", it)
			fine(t, k.Emulator.Inject(fault.Fault{Method: "ListOccurrences", Kind: "permission_denied", Count: fault.Forever}))
			if second != "" {
				fine(t, k.Emulator.Inject(fault.Fault{Method: second, Kind: "permission_denied", Count: fault.Forever}))
			}
			said := runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
			if second != "" {
				expectWords(t, said, "Could not check for an existing attestation", "it can be a duplicate",
					"containeranalysis.notes.listOccurrences")
			}
			if n := k.Calls("CreateOccurrence"); n != want {
				t.Errorf("%d were made, want %d", n, want)
			}
		})
	}
}
