package attestor_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func apiKey(t *testing.T, id, file, algorithm string) *binaryauthorizationpb.AttestorPublicKey {
	t.Helper()
	number := binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_value[algorithm]
	return &binaryauthorizationpb.AttestorPublicKey{
		Id: id,
		PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
			PublicKeyPem:       known(t, file),
			SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm(number),
		}},
	}
}

// TestAttestorKey: a key is created, commented, replaced and imported in three ways. A foreign key
// stays, and the attestor's plan is always empty.
func TestAttestorKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	id := w.name.String() + " " + p256ID(t)
	config := func(body string) string { return w.config("") + ownKey("it", body) }
	w.RunChecked(t, w.gone,
		resource.TestStep{
			Config: config(pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", "")),
			ConfigPlanChecks: keyDoes(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(keyAddress, tfjsonpath.New("id"), knownvalue.StringExact(id)),
				plancheck.ExpectKnownValue(keyAddress, tfjsonpath.New("key_id"), knownvalue.StringExact(p256ID(t)))),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(keyAddress, tfjsonpath.New("comment"), knownvalue.StringExact("")),
				statecheck.ExpectIdentity(keyAddress, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(w.Project), "attestor": knownvalue.StringExact(w.name.ID),
					"key_id": knownvalue.StringExact(p256ID(t)),
				}),
			},
		},
		resource.TestStep{
			ResourceName:      keyAddress,
			ImportState:       true,
			ImportStateKind:   resource.ImportCommandWithID,
			ImportStateVerify: true,
		},
		resource.TestStep{
			ResourceName:      keyAddress,
			ImportState:       true,
			ImportStateKind:   resource.ImportCommandWithID,
			ImportStateId:     w.name.ID + " " + p256ID(t),
			ImportStateVerify: true,
		},
		resource.TestStep{ResourceName: keyAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithID},
		resource.TestStep{ResourceName: keyAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			PreConfig: func() { w.change(foreign(t)) },
			Config:    config(pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", `comment = "offline"`)),
			ConfigPlanChecks: keyDoes(plancheck.ResourceActionUpdate,
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
		},
		resource.TestStep{
			PreConfig:        func() { w.has(p256ID(t)+" offline", "foreign") },
			Config:           config(bare(pgp(t, "pgp_rsa.asc"))),
			ConfigPlanChecks: keyDoes(plancheck.ResourceActionReplace),
		},
		resource.TestStep{
			Config:           config(bare(pgp(t, "pgp_two.asc"))), // the service chooses the id among several keys
			ConfigPlanChecks: keyDoes(plancheck.ResourceActionReplace, plancheck.ExpectUnknownValue(keyAddress, tfjsonpath.New("id"))),
		},
		resource.TestStep{Config: w.config(""), Check: func(*terraform.State) error { w.has("foreign"); return nil }},
	)
}

// TestAttestorKeyEqualities: another form with the same meaning to the service is no change.
func TestAttestorKeyEqualities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	version := w.KMSKeyVersion(t)
	config := func(attestor, pem, algorithm, armored, version string) string {
		all := ownKey("it", `pkix = { public_key_pem = `+quote(pem)+`, signature_algorithm = "`+algorithm+`" }`) +
			ownKey("pgp", `pgp = { ascii_armored_public_key = `+quote(armored)+` }`) +
			ownKey("kms", `kms_key_version = "`+version+`"`)
		return w.config("") + strings.ReplaceAll(all, "binauthz_attestor.it.id", attestor)
	}
	const id = "binauthz_attestor.it.id"
	pem, armored := known(t, "p256.pem"), known(t, "pgp_rsa.asc")
	steps := []resource.TestStep{
		{Config: config(id, pem, "ECDSA_P256_SHA256", armored, version), ConfigPlanChecks: keyDoes(plancheck.ResourceActionCreate)},
	}
	for _, same := range []string{
		config(id, pem, "EC_SIGN_P256_SHA256", armored, version),
		config(id, strings.TrimSpace(pem)+"\r\n\r\n", "ECDSA_P256_SHA256", strings.ReplaceAll(armored, "\n", "\r\n"), version),
		config(id, pem, "ECDSA_P256_SHA256", armored, kmsID(version)),
		config(quote(w.name.ID), pem, "ECDSA_P256_SHA256", armored, version),
		config(id+"\n project = \""+w.Project+"\"", pem, "ECDSA_P256_SHA256", armored, version),
	} {
		steps = append(steps, resource.TestStep{Config: same, ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		}})
	}
	w.Run(t, steps...)
	if n := w.Calls("UpdateAttestor"); n > 3 {
		t.Errorf("%d updates were sent for three keys", n)
	}
}

// TestAttestorKeyDrift: a change of the key outside Terraform is drift, and the apply corrects it.
func TestAttestorKeyDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	body := w.config("") + ownKey("it", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""))
	drift := func(action plancheck.ResourceActionType, change func(*gcp.Attestor)) resource.TestStep {
		return resource.TestStep{
			PreConfig:        func() { w.change(change) },
			Config:           body,
			ConfigPlanChecks: keyDoes(action, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)),
		}
	}
	w.Run(t,
		resource.TestStep{Config: body},
		drift(plancheck.ResourceActionUpdate, func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys[0].Comment = "mine" }),
		drift(plancheck.ResourceActionUpdate, func(a *gcp.Attestor) {
			a.GetUserOwnedGrafeasNote().PublicKeys[0] = apiKey(t, p256ID(t), "p384.pem", "ECDSA_P384_SHA384")
		}),
		drift(plancheck.ResourceActionCreate, func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys = nil }),
		drift(plancheck.ResourceActionNoop, foreign(t)),
	)
}

// TestAttestorKeyInPlace: another text under the same id is an in-place update by one write. So is
// another comment.
func TestAttestorKeyInPlace(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	config := func(file, algorithm string) string {
		return inDemo + w.config("") + ownKey("it", pkixKey(t, file, algorithm, `key_id = "prod"`))
	}
	cli := w.CLI(t, config("p256.pem", "ECDSA_P256_SHA256"))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, config("p384.pem", "ECDSA_P384_SHA384"))
	w.Emulator.ResetCalls()
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
	if n := w.Calls("UpdateAttestor"); n != 1 {
		t.Errorf("%d writes", n)
	}
	w.clean(cli)
	w.has("prod")
}

// TestAttestorKeyIsReplaced: with create_before_destroy, the old key stays until the new one is
// added.
func TestAttestorKeyIsReplaced(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	one := w.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	config := func(version string) string {
		return inDemo + w.config("") + ownKey("it", "kms_key_version = \""+version+"\"\nlifecycle {\n  create_before_destroy = true\n}")
	}
	cli := w.CLI(t, config(one))
	w.must(cli, "apply", "-auto-approve")
	w.require(w.name.String(), binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG, false)
	cli.Write(t, config(two))
	if err := w.Emulator.Inject(fault.Fault{Method: "UpdateAttestor", Kind: "permission_denied", After: 1}); err != nil {
		t.Fatal(err)
	}
	out := w.refused(cli, "Cannot delete attestor key", "apply", "-auto-approve")
	acctest.Says(t, out, "Attestor loses its last key, and rules refuse every image ("+w.name.String()+")")
	acctest.Says(t, out, "create_before_destroy = true")
	w.has(kmsID(one), kmsID(two))
	w.must(cli, "apply", "-auto-approve")
	w.has(kmsID(two))
	w.clean(cli)
}

// TestReplacedAttestorKeepsItsKeys: an attestor is replaced without its keys. Keys with a reference
// to it are replaced too.
func TestReplacedAttestorKeepsItsKeys(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"another note": nil, "-replace": {"-replace=" + address}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			config := inDemo + w.config("") + ownKey("it", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""))
			cli := w.CLI(t, config)
			w.must(cli, "apply", "-auto-approve")
			if args == nil {
				cli.Write(t, strings.ReplaceAll(config, "binauthz_note.it.id", `"other"`))
			}
			w.must(cli, append([]string{"apply", "-auto-approve"}, args...)...)
			w.has(p256ID(t))
			w.clean(cli)
		})
	}
}
