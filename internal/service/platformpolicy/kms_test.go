package platformpolicy_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestPlatformPolicyKMSKey: a key by kms_key_version is filled in from Cloud KMS. It is not read
// again once it is in the state.
func TestPlatformPolicyKMSKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	body := func(version string) string { return w.config(rest(signed(kms(version, ""))), "") }
	w.Run(t,
		resource.TestStep{Config: body(version), ConfigPlanChecks: does(plancheck.ResourceActionCreate,
			plancheck.ExpectKnownValue(address, keyPath(0, 0).AtMapKey("key_id"),
				knownvalue.StringExact("//cloudkms.googleapis.com/v1/"+version)),
			plancheck.ExpectKnownValue(address, keyPath(0, 0).AtMapKey("public_key_pem"),
				knownvalue.StringRegexp(regexp.MustCompile("^-----BEGIN PUBLIC KEY-----"))),
			plancheck.ExpectKnownValue(address, keyPath(0, 0).AtMapKey("signature_algorithm"),
				knownvalue.StringExact("ECDSA_P256_SHA256")))},
		resource.TestStep{Config: body(version), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: body("//cloudkms.googleapis.com/v1/" + version), ConfigPlanChecks: does(plancheck.ResourceActionNoop)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
	)
	if n := w.Calls("GetPublicKey"); n > 3 { // the plan, the apply, and the import
		t.Errorf("Cloud KMS was asked %d times", n)
	}
}

// TestPlatformPolicyKMSKeyReplacedByHand: another key under the name of a Cloud KMS key version is
// drift.
func TestPlatformPolicyKMSKeyReplacedByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	body := w.config(rest(signed(kms(w.KMSKeyVersion(t), ""))), "")
	w.Run(t,
		resource.TestStep{Config: body},
		resource.TestStep{
			PreConfig: func() {
				w.change(func(p *gcp.PlatformPolicy) {
					check := p.GkePolicy.CheckSets[0].Checks[0].SimpleSigningAttestationCheck
					check.AttestationAuthenticators[0].PkixPublicKeySet.PkixPublicKeys[0].PublicKeyPem = known(t, "p256.pem")
				})
			},
			Config: body, ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
		},
	)
}

func TestPlatformPolicyRefusesKMSKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	for body, want := range map[string]string{
		kms(version[:len(version)-1]+"9", ""):                                  `(?s)Cloud KMS key version does not exist`,
		kms(version, fmt.Sprintf("public_key_pem = %q", known(t, "p256.pem"))): `(?s)Two public keys in one`,
	} {
		w.Run(t, resource.TestStep{Config: w.config(rest(signed(body)), ""), PlanOnly: true, ExpectError: regexp.MustCompile(want)})
	}
}

// TestPlatformPolicyOfUnknownValues: values from a new resource in the same apply are unknown in
// the plan.
func TestPlatformPolicyOfUnknownValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	later := func(v string) string { return fmt.Sprintf("resource \"terraform_data\" \"it\" {\n input = %q\n}\n", v) }
	w.Run(t, resource.TestStep{
		Config: later(w.KMSKeyVersion(t)) + w.config(`
		image_allowlist = [terraform_data.it.output == "" ? "" : "gcr.io/p/*"]
		check_sets = concat([{
		    scope  = { kubernetes_namespace = terraform_data.it.id == "" ? "a" : "b", kubernetes_service_account = null }
		    checks = []
		  }],
		  [{ scope = null, checks = [`+signed("{ kms_key_version = terraform_data.it.output }")+`] }])`, ""),
		ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, keyPath(1, 0).AtMapKey("key_id"),
				knownvalue.StringExact("//cloudkms.googleapis.com/v1/"+w.KMSKeyVersion(t))),
		},
	})
}

// TestPlatformPolicyKMSKeyThatIsGone: a key stays as configured if its version cannot be read any
// more. It does not block other changes.
func TestPlatformPolicyKMSKeyThatIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	key, err := w.Clients.PublicKey(t.Context(), keyVersion(t, w.KMSKeyVersion(t)))
	if err != nil {
		t.Fatal(err)
	}
	written := kms(w.KMSKeyVersion(t), fmt.Sprintf("public_key_pem = %q\nsignature_algorithm = \"ECDSA_P256_SHA256\"", key.PEM))
	body := func(more string) string { return w.config(rest(signed(written)), more) }
	cli := w.CLI(t, body(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Succeeds(t, "state", "rm", address)
	if err := w.Emulator.Inject(fault.Fault{Method: "GetPublicKey", Kind: "failed_precondition", Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	cli.Succeeds(t, "import", address, w.name.String())
	cli.Write(t, body(`description = "new"`))
	acctest.Says(t, flat(cli.Succeeds(t, "apply", "-auto-approve")), "Cloud KMS key version not compared", "1 changed")
}

func keyVersion(t *testing.T, name string) resname.KMSKeyVersion {
	t.Helper()
	version, err := resname.ParseKMSKeyVersion(name)
	if err != nil {
		t.Fatal(err)
	}
	return version
}
