package attestor_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestAttestorRefusesWhatCannotBe: the plan refuses an invalid value at its attribute, without a
// call.
func TestAttestorRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for name, c := range map[string]struct{ body, want string }{
		"no kind of key": {keys(`{ comment = "x" }`), `exactly one of kms_key_version, pkix and\s+pgp; this one has none`},
		"two kinds of key": {
			keys(`{ kms_key_version = "` + g.KMSKeyVersion(t) + `", pgp = { ascii_armored_public_key = "x" } }`), `this one has two`,
		},
		"text that is no PEM": {
			keys(`{ pkix = { public_key_pem = "hello", signature_algorithm = "ECDSA_P256_SHA256" } }`),
			`(?s)Invalid public key.*there is no PEM block`,
		},
		"a private key": {
			keys(`{ pkix = { public_key_pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", signature_algorithm = ` +
				`"ECDSA_P256_SHA256" } }`),
			`(?s)Invalid public key.*private`,
		},
		"another curve":        {keys(pkix(t, "p256.pem", "ECDSA_P384_SHA384", "")), `(?s)Signature algorithm does not fit the key`},
		"another size":         {keys(pkix(t, "rsa2048.pem", "RSA_PSS_4096_SHA512", "")), `(?s)Signature algorithm does not fit the key`},
		"no algorithm at all":  {keys(pkix(t, "p256.pem", "ROT13", "")), `(?s)Invalid signature algorithm.*ROT13`},
		"an id that is no URI": {keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", `id = "my key"`)), `(?s)Invalid key id.*URI`},
		"an id for PGP": {
			keys(strings.Replace(pgp(t, "pgp_rsa.asc"), "{ pgp", "{ id = \"x:y\"\n pgp", 1)), `(?s)Invalid key id.*fingerprint`,
		},
		"no PGP key": {keys(`{ pgp = { ascii_armored_public_key = "x" } }`), `(?s)Invalid PGP key`},
		"the same key twice": {
			keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""), pkix(t, "p256.pem", "EC_SIGN_P256_SHA256", "")),
			`(?s)Duplicate public key.*number 1 and number 2`,
		},
		"the same id twice": {
			keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", `id = "a:b"`), pkix(t, "p384.pem", "ECDSA_P384_SHA384", `id = "a:b"`)),
			`Duplicate public key`,
		},
		"the newest key version": {
			keys(kms(strings.TrimSuffix(g.KMSKeyVersion(t), "1")+"latest", "")),
			`(?s)Invalid Cloud KMS key version.*a version is a\s+number`,
		},
		"no key version": {
			keys(`{ kms_key_version = "projects/p/locations/l/keyRings/r/cryptoKeys/k" }`),
			`(?s)Invalid Cloud KMS key version.*cryptoKeyVersions`,
		},
		"a note that is none": {"note = \"projects/p/secrets/n\"", `(?s)Invalid note.*projects/p/secrets/n`},
		"a note by number": {
			"note = \"projects/123456/notes/n\"", `(?s)Invalid note.*the id of the\s+note\'s\s+project,\s+not\s+its\s+number`,
		},
		"a path as a name":      {"name = \"projects/p/attestors/a\"", `bare attestor id`},
		"a name as a project":   {"project = \"Demo\"", `is not the id of a project`},
		"a key that is no list": {`public_keys = { a = "b" }`, `public_keys`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := c.body
			if !strings.Contains(body, "note =") {
				body += "\nnote = \"n\""
			}
			if !strings.Contains(body, "name =") {
				body += "\nname = \"a\""
			}
			g.Run(t, resource.TestStep{
				Config:      "resource \"binauthz_attestor\" \"it\" {\n" + body + "\n}",
				PlanOnly:    true,
				ExpectError: regexp.MustCompile(c.want),
			})
		})
	}
	t.Cleanup(func() {
		if n := g.AllCalls(); n != 0 {
			t.Errorf("%d calls were made for configurations that can never be", n)
		}
	})
}

// TestAttestorWithoutTheKMSKey: a missing Cloud KMS key is an error of the plan.
func TestAttestorWithoutTheKMSKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	w.Run(t, resource.TestStep{
		Config: w.config(keys(kms(strings.Replace(w.KMSKeyVersion(t), "/ci/", "/other/", 1), ""))),
		ExpectError: regexp.MustCompile(`(?s)Error running pre-apply plan.*Cloud KMS key version does not exist.*not ` +
			`found\s+\(GetPublicKey\).*use\s+a\s+reference`),
	})
	if n := w.Calls("CreateNote"); n != 0 {
		t.Error("the plan let the note be made")
	}
}

// TestAttestorChangedSinceThePlan: a change between plan and apply stops the apply. Nothing is
// written, and the error describes the change.
func TestAttestorChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	key := pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")
	byHand := acctest.Meanwhile(func() {
		w.change(func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys[0].Comment = "by hand" })
	})
	w.Run(t,
		resource.TestStep{Config: w.config(keys(key))},
		resource.TestStep{
			Config:           w.config("description = \"new\"\n" + keys(key)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{byHand}},
			ExpectError: regexp.MustCompile(`(?s)Cannot update attestor.*has\s+changed since the plan, and\s+nothing ` +
				`was\s+written.*public key\s+ni:///sha-256`),
		},
		resource.TestStep{Config: w.config("description = \"new\"\n" + keys(key)), ConfigPlanChecks: does(plancheck.ResourceActionUpdate)},
	)
	if n := w.Calls("UpdateAttestor"); n != 3 {
		t.Errorf("%d updates were sent; one by hand, one refused and one that counts make 3", n)
	}
}

func TestAttestorThatIsThereAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	twice := w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""))) +
		"resource \"binauthz_attestor\" \"again\" {\n name = binauthz_attestor.it.name\n note = binauthz_attestor.it.note\n " +
		"depends_on = [binauthz_attestor.it]\n}\n"
	w.Run(t, resource.TestStep{
		Config:      twice,
		ExpectError: regexp.MustCompile(`(?s)Cannot create attestor.*already exists.*import \{.*id = "` + w.name.String()),
	})
}

// TestAttestorDenied: the error names the missing permission and a role to grant.
func TestAttestorDenied(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"CreateAttestor=permission_denied": `(?s)Cannot create attestor.*binaryauthorization\.attestors\.create` +
			`.*roles/binaryauthorization\.attestorsEditor`,
		"GetPublicKey=permission_denied,count=forever": `(?s)Cannot create attestor.*cloudkms\.cryptoKeyVersions\.viewPublicKey` +
			`.*roles/cloudkms\.publicKeyViewer`,
	} {
		w := newWorld(t, acctest.NewEmulated(t, emulator.Options{Faults: []fault.Fault{parseFault(t, text)}}))
		w.Run(t, resource.TestStep{Config: w.config(keys(kms(w.KMSKeyVersion(t), ""))), ExpectError: regexp.MustCompile(want)})
	}
}

func parseFault(t *testing.T, text string) fault.Fault {
	t.Helper()
	f, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestAttestorImportOfNothing: the import of a missing attestor is an error of Terraform itself.
func TestAttestorImportOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.New(t))
	w.Run(t, resource.TestStep{
		Config: w.config(""), ResourceName: address, ImportState: true, ImportStateId: w.name.String(),
		ExpectError: regexp.MustCompile(`Cannot import non-existent remote object`),
	})
}
