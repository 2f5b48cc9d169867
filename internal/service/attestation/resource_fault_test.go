package attestation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func versionOf(t *testing.T, key string) resname.KMSKeyVersion {
	t.Helper()
	version, err := resname.ParseKMSKeyVersion(key + "/cryptoKeyVersions/1")
	fine(t, err)
	return version
}

// whileSigning runs do as soon as Cloud KMS is asked to sign.
func (k *keeper) whileSigning(do func()) {
	for k.Calls("AsymmetricSign") == 0 {
		time.Sleep(time.Millisecond)
	}
	do()
}

// TestAttestationsOutlastEveryFault: after each fault there is one occurrence and no error, and the
// destroy leaves none.
func TestAttestationsOutlastEveryFault(t *testing.T) {
	t.Parallel()
	for _, method := range []string{
		"GetAttestor", "GetPublicKey", "ListOccurrences", "AsymmetricSign", "CreateOccurrence", "ValidateAttestationOccurrence",
		"GetOccurrence", "DeleteOccurrence",
	} {
		for _, kind := range []string{
			"unavailable,count=3", "resource_exhausted,count=3", "after:unavailable", "after:reset",
			"after:deadline_exceeded",
		} {
			t.Run(method+" "+kind, func(t *testing.T) {
				t.Parallel()
				k := newKeeper(t)
				k.adds(t, "ci", k.version.KeyID())
				config := attested("ci", webImage, by(k.version))
				again := func() { k.fails(t, method+"="+kind) }
				again()
				k.RunChecked(t, holds(t, k.Ground, "ci", 0),
					resource.TestStep{
						Config:           config,
						ConfigPlanChecks: onlyAction(plancheck.ResourceActionCreate),
						Check:            holds(t, k.Ground, "ci", 1),
					},
					resource.TestStep{
						PreConfig:        again,
						Config:           attested("ci", otherImage, by(k.version)),
						ConfigPlanChecks: onlyAction(plancheck.ResourceActionReplace),
						Check:            holds(t, k.Ground, "ci", 1),
					},
				)
			})
		}
	}
}

// TestAnAttestationWithoutAValidationIsInTheState: after the write, no error of the validation may
// lose the attestation. The apply warns, and a destroy deletes it.
func TestAnAttestationWithoutAValidationIsInTheState(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	k.fails(t, "ValidateAttestationOccurrence=failed_precondition")
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	expectWords(t, runs(t, cli, 0, "apply", "-auto-approve"), "Warning: Attestation not validated by the service")
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}

// TestAKeyThatLeftTheAttestor: each plan warns if the attestor lost the key, was deleted, or has
// another note.
func TestAKeyThatLeftTheAttestor(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	runs(t, cli, 0, "apply", "-auto-approve")
	k.edit(t, "ci", func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys = nil })
	out := runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	expectWords(t, out, "Attestation no longer verifiable (projects/", "no longer proves that "+webImage+" is attested by ci",
		"the attestor has no public keys")
	fine(t, k.Clients.DeleteAttestor(context.Background(), k.attestor("ci")))
	expectWords(t, runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode"), "Attestation no longer verifiable",
		"projects/demo/attestors/ci does not exist any more")
	k.reads(t, "ci", "another", k.version.KeyID())
	expectWords(t, runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode"), "Attestation no longer verifiable",
		"projects/demo/attestors/ci reads attestations from projects/demo/notes/another, but this attestation is on projects/demo/notes/ci")
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}

// TestTwoResourcesForOneAttestation: both share one occurrence, and the apply warns.
func TestTwoResourcesForOneAttestation(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	one := attested("ci", webImage, by(k.version))
	cli := k.CLI(t, one+fmt.Sprintf("resource \"binauthz_attestation\" \"again\" {\n  attestor = \"ci\"\n  image = %q\n  %s\n}\n",
		webImage, by(k.version)))
	expectWords(t, runs(t, cli, 0, "apply", "-auto-approve"), "Attestation is owned twice")
	if all := there(t, k.Ground, "ci"); len(all) != 1 {
		t.Errorf("there are %v", all)
	}
	expectMade(t, k, 1)
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
}

// TestAnAttestationMovesToAResourceOfAnotherName: the new resource adopts the attestation, and the
// old one does not delete it.
func TestAnAttestationMovesToAResourceOfAnotherName(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	runs(t, cli, 0, "apply", "-auto-approve")
	cli.Write(t, fmt.Sprintf("resource \"binauthz_attestation\" \"renamed\" {\n  attestor = \"ci\"\n  image = %q\n  %s\n}\n",
		webImage, by(k.version)))
	runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 1 {
		t.Errorf("there are %v", all)
	}
	runs(t, k.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
	if all := there(t, k.Ground, "ci"); len(all) != 0 {
		t.Errorf("left %v", all)
	}
}

// TestAKeyThatJoinsDuringTheApply: the apply sees a key added after its first read of the attestor.
func TestAKeyThatJoinsDuringTheApply(t *testing.T) {
	t.Parallel()
	k := rotated(t)
	second := k.version
	second.Version = "2"
	var both []*binaryauthorizationpb.AttestorPublicKey
	k.edit(t, "ci", func(a *gcp.Attestor) {
		both = a.GetUserOwnedGrafeasNote().GetPublicKeys()
		a.GetUserOwnedGrafeasNote().PublicKeys = both[:1]
	})
	cli := k.CLI(t, attested("ci", webImage, by(k.version))+fmt.Sprintf(`
resource "terraform_data" "later" {
  input      = %q
  depends_on = [binauthz_attestation.it]
}
resource "binauthz_attestation" "second" {
  attestor        = "ci"
  image           = %q
  kms_key_version = terraform_data.later.output
}
`, second, webImage))
	k.fails(t, "AsymmetricSign=delay=1s")
	done := make(chan bool)
	go func() {
		k.whileSigning(func() { k.edit(t, "ci", func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys = both }) })
		close(done)
	}()
	runs(t, cli, 0, "apply", "-auto-approve")
	<-done
	if all := there(t, k.Ground, "ci"); len(all) != 2 {
		t.Errorf("there are %v", all)
	}
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
}

// TestAKeyThatGotAnotherIdSinceThePlan: the apply uses the key's new id.
func TestAKeyThatGotAnotherIdSinceThePlan(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	cli := k.CLI(t, attested("ci", webImage, by(k.version)))
	runs(t, cli, 0, "plan", "-out=plan")
	k.edit(t, "ci", func(a *gcp.Attestor) {
		key := a.GetUserOwnedGrafeasNote().GetPublicKeys()[0]
		key.Id, key.GetPkixPublicKey().KeyId = "https://example.com/ci", ""
	})
	runs(t, k.Fresh(t, cli), 0, "apply", "plan")
	if id := there(t, k.Ground, "ci")[0].GetAttestation().GetSignatures()[0].GetPublicKeyId(); id != "https://example.com/ci" {
		t.Errorf("the signature names %s", id)
	}
	runs(t, k.Fresh(t, cli), 0, "destroy", "-auto-approve")
}

// TestAnAttestorThatIsNotReferredTo: an attestor named without a reference can be planned before or
// after the attestation.
func TestAnAttestorThatIsNotReferredTo(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	k.adds(t, "ci", k.version.KeyID())
	attestor := func(description string) string {
		return fmt.Sprintf("import {\n  to = binauthz_attestor.ci\n  id = \"ci\"\n}\nresource \"binauthz_attestor\" \"ci\" {\n  name "+
			"= \"ci\"\n  note = \"ci\"\n  description = %q\n  public_keys = [{ %s }]\n}\n", description, by(k.version))
	}
	cli := k.CLI(t, attestor("a"))
	runs(t, cli, 0, "apply", "-auto-approve")
	for i, image := range []string{webImage, otherImage} {
		cli.Write(t, attestor(fmt.Sprint(i))+attested("ci", image, by(k.version)))
		runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
	}
	cli.Write(t, attestor("1"))
	runs(t, k.Fresh(t, cli), 0, "apply", "-auto-approve")
}
