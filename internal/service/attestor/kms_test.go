package attestor_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// A key by kms_key_version is filled in from Cloud KMS, its id is known at plan, and Cloud KMS is asked once.
func TestAttestorKMSKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	version := w.KMSKeyVersion(t)
	body := w.config(keys(kms(version, `comment = "CI"`), pkix(t, "p384.pem", "ECDSA_P384_SHA384", ""))) +
		"data \"binauthz_kms_key_version\" \"it\" {\n  name = \"" + version + "\"\n}\n"
	key := tfjsonpath.New("public_keys").AtSliceIndex(0)
	w.RunChecked(t, w.gone,
		resource.TestStep{
			Config: body,
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, key.AtMapKey("id"), knownvalue.StringExact("//cloudkms.googleapis.com/v1/"+version))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("signature_algorithm"), knownvalue.StringExact("ECDSA_P256_SHA256")),
				statecheck.CompareValuePairs("data.binauthz_kms_key_version.it", tfjsonpath.New("public_key_pem"), address, key.AtMapKey("pkix").AtMapKey("public_key_pem"), compare.ValuesSame()),
				statecheck.CompareValuePairs("data.binauthz_kms_key_version.it", tfjsonpath.New("key_id"), address, key.AtMapKey("id"), compare.ValuesSame()),
			},
		},
		resource.TestStep{Config: w.config("description = \"another\"\n" + keys(kms(version, `comment = "CI"`))), ConfigPlanChecks: does(plancheck.ResourceActionUpdate,
			plancheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("public_key_pem"), knownvalue.NotNull()))},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// What Cloud KMS said of a key version is remembered: it never changes.
func TestAttestorAsksCloudKMSOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	key := keys(kms(w.KMSKeyVersion(t), ""))
	w.Run(t, resource.TestStep{Config: w.config(key)}, resource.TestStep{Config: w.config("description = \"new\"\n" + key)}, resource.TestStep{RefreshState: true})
	if n := w.Calls("GetPublicKey"); n != 1 {
		t.Errorf("Cloud KMS was asked %d times", n)
	}
}

// Somebody who puts another key under the id of the Cloud KMS key does not go unnoticed.
func TestAttestorKMSKeyReplacedByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	body := w.config(keys(kms(w.KMSKeyVersion(t), "")))
	w.Run(t,
		resource.TestStep{Config: body},
		resource.TestStep{
			PreConfig: func() {
				w.change(func(a *gcp.Attestor) {
					a.GetUserOwnedGrafeasNote().PublicKeys[0].GetPkixPublicKey().PublicKeyPem = known(t, "p256.pem")
				})
			},
			Config: body, ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
	)
}
