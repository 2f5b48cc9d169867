package attestor_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// p256ID returns the id of p256.pem, as computed by OpenSSL (internal/attest/testdata/ids.txt).
func p256ID(t *testing.T) string {
	for line := range strings.SplitSeq(known(t, "ids.txt"), "\n") {
		if fields := strings.Fields(line); len(fields) == 2 && strings.HasPrefix(fields[0], "p256") {
			return fields[1]
		}
	}
	t.Fatal("ids.txt has no p256")
	return ""
}

func TestAttestor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	elsewhere := newWorld(t, w.Ground)
	elsewhere.note = w.note
	w.RunChecked(t, w.gone,
		resource.TestStep{
			Config: w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""))),
			ConfigPlanChecks: does(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(w.name.String())),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("public_keys").AtSliceIndex(0).AtMapKey("id"),
					knownvalue.StringExact(p256ID(t))),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("delegation_service_account_email"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("update_time"), knownvalue.NotNull()),
				statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"project": knownvalue.StringExact(w.Project), "name": knownvalue.StringExact(w.name.ID),
				}),
			},
		},
		resource.TestStep{
			Config: w.config("description = \"CI\"\n" + keys(
				pkix(t, "p256.pem", "ECDSA_P256_SHA256", "comment = \"offline\""), pgp(t, "pgp_rsa.asc"),
				pkix(t, "rsa2048.pem", "RSA_PSS_2048_SHA256", `id = "https://keys.example.com/1"`))),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("public_keys"), knownvalue.ListSizeExact(3)),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID, ImportStateVerify: true},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: w.name.ID},
		resource.TestStep{
			ResourceName:    address,
			ImportState:     true,
			ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:   w.Project + "/" + w.name.ID,
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		resource.TestStep{
			Config:           w.config("public_keys = []"),
			ConfigPlanChecks: does(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("public_keys"), knownvalue.ListSizeExact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("description"), knownvalue.StringExact("")),
			},
		},
		resource.TestStep{Config: elsewhere.config(""), ConfigPlanChecks: does(plancheck.ResourceActionReplace)},
	)
}

// TestAttestorEqualities: another form with the same meaning to the API is no change.
func TestAttestorEqualities(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	pem, armored := known(t, "p256.pem"), known(t, "pgp_rsa.asc")
	ec := func(pem, algorithm string) string {
		return `{ pkix = { public_key_pem = ` + quote(pem) + `, signature_algorithm = "` + algorithm + `" } }`
	}
	gpg := func(text string) string { return `{ pgp = { ascii_armored_public_key = ` + quote(text) + ` } }` }
	rsa := func(algorithm string) string { return pkix(t, "rsa4096.pem", algorithm, "") }
	crlf := strings.ReplaceAll(armored, "\n", "\r\n")
	first := w.config(keys(ec(pem, "ECDSA_P256_SHA256"), gpg(armored), rsa("RSA_PSS_4096_SHA512")))
	steps := []resource.TestStep{{Config: first, ConfigPlanChecks: does(plancheck.ResourceActionCreate)}}
	for _, same := range []string{
		w.config(keys(ec(pem, "EC_SIGN_P256_SHA256"), gpg(armored), rsa("RSA_SIGN_PSS_4096_SHA512"))), // algorithm aliases
		w.config(keys(ec(strings.TrimSpace(pem)+"\r\n\r\n", "ECDSA_P256_SHA256"), gpg(crlf), rsa("RSA_PSS_4096_SHA512"))),
		w.config(keys(rsa("RSA_PSS_4096_SHA512"), ec(pem, "ECDSA_P256_SHA256"), gpg(armored))), // another order
		w.configOn(quote(w.note), keys(ec(pem, "ECDSA_P256_SHA256"), gpg(armored), rsa("RSA_PSS_4096_SHA512"))),
		w.config("project = \"" + w.Project + "\"\n" + keys(ec(pem, "ECDSA_P256_SHA256"), gpg(armored), rsa("RSA_PSS_4096_SHA512"))),
		// empty instead of omitted
		w.config("description = \"\"\n" + keys(ec(pem, "ECDSA_P256_SHA256"), gpg(armored), rsa("RSA_PSS_4096_SHA512"))),
		w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", `comment = ""`), gpg(armored), rsa("RSA_PSS_4096_SHA512"))),
	} {
		steps = append(steps, resource.TestStep{Config: same, ConfigPlanChecks: does(plancheck.ResourceActionNoop)})
	}
	w.Run(t, steps...)
	if w.Emulator != nil {
		if n := w.Calls("UpdateAttestor"); n != 0 {
			t.Errorf("%d updates were sent for nothing", n)
		}
	}
}

func quote(s string) string {
	return `"` + strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(s) + `"`
}

// TestAttestorKeepsSpellings: the state keeps the first spelling of the configuration, regardless
// of the API's.
func TestAttestorKeepsSpellings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	w.Run(t, resource.TestStep{
		Config:           w.configOn(quote(w.note), keys(pkix(t, "p384.pem", "EC_SIGN_P384_SHA384", ""))),
		ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("note"), knownvalue.StringExact(w.note)),
			statecheck.ExpectKnownValue(address,
				tfjsonpath.New("public_keys").AtSliceIndex(0).AtMapKey("pkix").AtMapKey("signature_algorithm"),
				knownvalue.StringExact("EC_SIGN_P384_SHA384")),
		},
	})
}

// TestAttestorWithSeveralPGPKeysInOne: if a text has several PGP keys, only the service knows its
// id.
func TestAttestorWithSeveralPGPKeysInOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	w.Run(t, resource.TestStep{
		Config: w.config(keys(pgp(t, "pgp_two.asc"), pgp(t, "pgp_nist.asc"))),
		ConfigPlanChecks: does(plancheck.ResourceActionCreate,
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("public_keys").AtSliceIndex(0).AtMapKey("id")),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("public_keys").AtSliceIndex(1).AtMapKey("id"), knownvalue.NotNull())),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("public_keys").AtSliceIndex(0).AtMapKey("id"),
				knownvalue.StringRegexp(regexp.MustCompile("^[0-9A-F]{40}$"))),
		},
	})
}

func TestAttestorDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	body := w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""), pgp(t, "pgp_rsa.asc")))
	drift := func(change func()) resource.TestStep {
		return resource.TestStep{PreConfig: change, Config: body, ConfigPlanChecks: does(plancheck.ResourceActionUpdate)}
	}
	w.Run(t,
		resource.TestStep{Config: body},
		drift(func() { w.change(func(a *gcp.Attestor) { a.Description = "by hand" }) }),
		drift(func() {
			w.change(func(a *gcp.Attestor) {
				a.GetUserOwnedGrafeasNote().PublicKeys = a.GetUserOwnedGrafeasNote().PublicKeys[:1]
			})
		}),
		drift(func() { w.change(func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys[0].Comment = "mine" }) }),
		resource.TestStep{
			PreConfig: func() {
				if err := w.Clients.DeleteAttestor(context.Background(), w.name); err != nil {
					t.Fatal(err)
				}
			},
			Config: body, ConfigPlanChecks: does(plancheck.ResourceActionCreate),
		},
	)
}
