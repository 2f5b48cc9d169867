package attestor_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestAttestorKMSKey: a key by kms_key_version is filled in from Cloud KMS. The plan knows its id.
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
				plancheck.ExpectKnownValue(address, key.AtMapKey("id"), knownvalue.StringExact("//cloudkms.googleapis.com/v1/"+version)),
				plancheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("public_key_pem"),
					knownvalue.StringRegexp(regexp.MustCompile("^-----BEGIN PUBLIC KEY-----"))),
				plancheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("signature_algorithm"),
					knownvalue.StringExact("ECDSA_P256_SHA256"))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("signature_algorithm"),
					knownvalue.StringExact("ECDSA_P256_SHA256")),
				statecheck.CompareValuePairs("data.binauthz_kms_key_version.it", tfjsonpath.New("public_key_pem"), address,
					key.AtMapKey("pkix").AtMapKey("public_key_pem"), compare.ValuesSame()),
				statecheck.CompareValuePairs("data.binauthz_kms_key_version.it", tfjsonpath.New("key_id"), address, key.AtMapKey("id"),
					compare.ValuesSame()),
			},
		},
		resource.TestStep{
			Config: w.config("description = \"another\"\n" + keys(kms(version, `comment = "CI"`))),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate,
				plancheck.ExpectKnownValue(address, key.AtMapKey("pkix").AtMapKey("public_key_pem"), knownvalue.NotNull())),
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// TestAttestorAsksCloudKMSOnce: the key of a version never changes, so the state keeps it. The
// first plan reads it, and so does the apply in its own process. After these, nothing reads it
// again, even with another spelling of the name.
func TestAttestorAsksCloudKMSOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	noop := func(version string) resource.TestStep {
		return resource.TestStep{
			Config:           w.config("description = \"new\"\n" + keys(kms(version, ""))),
			ConfigPlanChecks: does(plancheck.ResourceActionNoop),
		}
	}
	w.Run(t,
		resource.TestStep{Config: w.config(keys(kms(version, "")))},
		resource.TestStep{Config: w.config("description = \"new\"\n" + keys(kms(version, "")))},
		resource.TestStep{RefreshState: true},
		noop("//cloudkms.googleapis.com/v1/"+version), noop("https://cloudkms.googleapis.com/v1/"+version), noop(version),
	)
	if n := w.Calls("GetPublicKey"); n != 2 {
		t.Errorf("Cloud KMS was asked %d times", n)
	}
}

// TestAttestorKMSKeyUnseen: a plan without permission to read the key warns. The apply may have the
// permission.
func TestAttestorKMSKeyUnseen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{Faults: []fault.Fault{parseFault(t, "GetPublicKey=permission_denied")}}))
	project := "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	cli := w.CLI(t, project+w.config(keys(kms(w.KMSKeyVersion(t), ""))))
	said, code := cli.Run(t, "plan", "-out=it.tfplan")
	if code != 0 || !strings.Contains(said, "Not checked until apply ("+w.KMSKeyVersion(t)) || !strings.Contains(said, "viewPublicKey") {
		t.Errorf("%d\n%s", code, said)
	}
	if said, code := w.Fresh(t, cli).Run(t, "apply", "it.tfplan"); code != 0 {
		t.Error(said)
	}
}

// TestAttestorKMSKeyWithPKIX: pkix beside kms_key_version, as in an import, is the same key or an
// error.
func TestAttestorKMSKeyWithPKIX(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	both := func(pem, algorithm string) string {
		return w.config(keys(kms(version, "pkix = { public_key_pem = "+pem+", signature_algorithm = \""+algorithm+"\" }"))) +
			"data \"binauthz_kms_key_version\" \"it\" {\n  name = \"" + version + "\"\n}\n"
	}
	const right = "data.binauthz_kms_key_version.it.public_key_pem"
	w.Run(t,
		resource.TestStep{
			Config:      both(quote(known(t, "p256.pem")), "ECDSA_P256_SHA256"),
			ExpectError: regexp.MustCompile(`(?s)Two public keys in one.*pkix differs from the key`),
		},
		resource.TestStep{Config: both(right, "EC_SIGN_P256_SHA256"), ConfigPlanChecks: does(plancheck.ResourceActionCreate)},
		resource.TestStep{Config: w.config(keys(kms(version, ""))), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
		resource.TestStep{
			Config:      both(quote(known(t, "p256.pem")), "ECDSA_P256_SHA256"),
			ExpectError: regexp.MustCompile(`Two public keys in one`),
		},
	)
}

// TestAttestorKMSKeyDisabled: a disabled version does not show its key. An import of the attestor
// is no error if the configuration has the key in full, and the key stays.
func TestAttestorKMSKeyDisabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	name, err := resname.ParseKMSKeyVersion(version)
	if err != nil {
		t.Fatal(err)
	}
	public, err := w.Clients.PublicKey(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	imports := inDemo + w.imports()
	both := func(description, pem string) string {
		pkix := fmt.Sprintf("pkix = { public_key_pem = %q, signature_algorithm = \"ECDSA_P256_SHA256\" }", pem)
		return imports + w.config(fmt.Sprintf("description = %q\n", description)+keys(kms(version, pkix)))
	}
	made := w.CLI(t, inDemo+w.config(keys(kms(version, ""))))
	if said, code := made.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(said)
	}
	if err := w.Emulator.Inject(parseFault(t, "GetPublicKey=failed_precondition,count=forever")); err != nil {
		t.Fatal(err)
	}
	cli := w.CLI(t, both("", public.PEM))
	for _, c := range []struct{ config, want string }{
		{both("", public.PEM), "2 imported, 0 added, 0 changed"},
		{both("new", public.PEM), "1 changed"},
		{both("new", known(t, "p256.pem")), "Cannot use Cloud KMS key version"},
	} {
		cli.Write(t, c.config)
		said, _ := w.Fresh(t, cli).Run(t, "apply", "-auto-approve")
		if !strings.Contains(said, c.want) || !strings.Contains(said, "Cloud KMS key version") {
			t.Errorf("%q is not in\n%s", c.want, said)
		}
	}
}

// TestAttestorKMSKeyReplacedByHand: another key under the id of the Cloud KMS key is drift.
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
