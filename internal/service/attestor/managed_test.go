package attestor_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestAttestorLeavesKeysAlone: an attestor without public_keys does not manage its keys. They are
// no drift, an update keeps them, and only [] removes them.
func TestAttestorLeavesKeysAlone(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", ""))))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, inDemo+w.config(""))
	w.clean(cli) // taking the list out removes nothing
	w.change(foreign(t))
	w.clean(cli)
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, inDemo+w.config("description = \"new\""))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
	w.has(p256ID(t), "foreign")
	w.clean(cli)
	cli.Write(t, inDemo+w.config("description = \"newer\""))
	w.must(cli, "plan", "-out=it.tfplan")
	w.change(func(a *gcp.Attestor) { a.GetUserOwnedGrafeasNote().PublicKeys[0].Comment = "by hand" })
	w.must(cli, "apply", "it.tfplan")
	w.has(p256ID(t)+" by hand", "foreign")
	cli.Write(t, inDemo+w.config("description = \"newest\""))
	w.must(cli, "plan", "-out=it.tfplan")
	w.change(func(a *gcp.Attestor) { a.Description = "by hand" })
	w.refused(cli, `description is now "by hand"`, "apply", "it.tfplan")
	cli.Write(t, inDemo+w.config("public_keys = []"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "Attestor without public keys")
	w.has()
	w.clean(cli)
}

// TestAttestorWithKeysToCome: an attestor without public_keys causes no warning, because other
// resources may add keys.
func TestAttestorWithKeysToCome(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, inDemo+w.config("")+crowd(t, 1))
	acctest.Says(t, w.must(cli, "plan"), "!Warning")
	cli.Write(t, inDemo+w.config("public_keys = []"))
	acctest.Says(t, w.must(cli, "plan"), "Attestor without public keys")
}

// TestAttestorKeysMove: keys move between a list and their own resources without a write. An
// accidental removal is refused.
func TestAttestorKeysMove(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	list := inDemo + w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")))
	single := inDemo + w.config("") + ownKey("it", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""))
	cli := w.CLI(t, list)
	w.must(cli, "apply", "-auto-approve")
	w.Emulator.ResetCalls()
	cli.Write(t, single)
	w.refused(cli, "Attestor already has the key", "plan")
	cli.Write(t, single+fmt.Sprintf("import {\n  to = %s\n  id = \"a %s\"\n}\n", keyAddress, p256ID(t)))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
	cli.Write(t, single)
	w.clean(cli)
	cli.Write(t, list)
	out := w.refused(cli, "Public key would be lost", "plan")
	acctest.Says(t, out, "removed { from = binauthz_attestor_key.NAME lifecycle { destroy = false } }")
	cli.Write(t, list+"removed {\n  from = "+keyAddress+"\n  lifecycle {\n    destroy = false\n  }\n}\n")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "0 added, 0 changed, 0 destroyed")
	w.clean(cli)
	w.has(p256ID(t))
	if n := w.Calls("UpdateAttestor"); n != 0 {
		t.Errorf("%d updates were sent", n)
	}
}

// TestAttestorKeyBesideAList: an attestor with a list of keys conflicts with a resource for a key.
// This holds in either order of the plans, and also if the attestor is unchanged and not read.
func TestAttestorKeyBesideAList(t *testing.T) {
	t.Parallel()
	for name, reference := range map[string]string{"by reference": "binauthz_attestor.it.id", "by name": `"a"`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			list := inDemo + w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")))
			both := list + strings.ReplaceAll(ownKey("it", pkixKey(t, "p384.pem", "ECDSA_P384_SHA384", "")), "binauthz_attestor.it.id",
				reference)
			cli := w.CLI(t, both)
			acctest.Says(t, w.refused(cli, "Public key is owned twice", "plan"), "Keep only one of the two")
			cli.Write(t, list)
			w.must(cli, "apply", "-auto-approve")
			cli.Write(t, both)
			w.refused(cli, "Public key is owned twice", "plan")
			w.has(p256ID(t))
			cli.Write(t, strings.Replace(both, keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")), "", 1))
			w.must(cli, "apply", "-auto-approve")
			w.clean(cli)
			cli.Write(t, both)
			w.refused(cli, "Public key is owned twice", "plan")
		})
	}
}

// TestAttestorIsMadeAgainWithItsKeys: an attestor is replaced without its keys. The plan warns, and
// keys with a reference to it are replaced too.
func TestAttestorIsMadeAgainWithItsKeys(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	other := "\nresource \"binauthz_note\" \"other\" {\n  name = \"other\"\n  human_readable_name = \"Other\"\n}\n"
	on := func(note string) string {
		return inDemo + w.configOn(note, "") + other + ownKey("it", pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""))
	}
	cli := w.CLI(t, on("binauthz_note.it.id"))
	w.must(cli, "apply", "-auto-approve")
	cli.Write(t, on("binauthz_note.other.id"))
	acctest.Says(t, w.must(cli, "plan"), "Replaced attestor loses its keys ("+w.name.String()+")")
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "2 added, 0 changed, 2 destroyed")
	w.has(p256ID(t))
	w.clean(cli)
}

// TestAttestorKeyRotation: the plan lists the attestations of a removed key, for a resource as for
// a key in a list.
func TestAttestorKeyRotation(t *testing.T) {
	t.Parallel()
	w := demoWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	one := w.KMSKeyVersion(t)
	two := strings.TrimSuffix(one, "1") + "2"
	first, second := quote(one), quote(two)
	config := func(versions ...string) string {
		return inDemo + w.config("") + ownKey("it",
			fmt.Sprintf("  for_each = toset([%s])\n  kms_key_version = each.key", strings.Join(versions, ", ")))
	}
	cli := w.CLI(t, config(first))
	w.must(cli, "apply", "-auto-approve")
	w.attest(one, image("a"), image("b"))
	cli.Write(t, config(first, second))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "!"+lostWarning)
	w.attest(two, image("a"))
	cli.Write(t, config(second))
	out := w.must(cli, "plan")
	acctest.Says(t, out, lostWarning+" ("+w.name.String()+")")
	acctest.Says(t, out, "Images without another valid attestation: 1 "+image("b"))
	acctest.Says(t, out, "!Attestor without public keys")
	w.attest(two, image("b"))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), "!"+lostWarning)
	w.has(kmsID(two))
	cli.Write(t, config())
	out = w.must(cli, "apply", "-auto-approve")
	acctest.Says(t, out, "Attestor without public keys ("+w.name.String()+")")
	acctest.Says(t, out, "Images without another valid attestation: 2")
	w.has()
}

// TestAttestorKeyRefusesWhatCannotBe: the plan refuses an invalid value at its attribute, without a
// call.
func TestAttestorKeyRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	t.Cleanup(func() {
		if n := g.AllCalls(); n != 0 {
			t.Errorf("%d calls for keys that no call can repair", n)
		}
	})
	for name, c := range map[string]struct{ body, want string }{
		"no kind of key":       {`comment = "x"`, "exactly one of kms_key_version, pkix and pgp; this one has none"},
		"text that is no PEM":  {`pkix = { public_key_pem = "hello", signature_algorithm = "ECDSA_P256_SHA256" }`, "there is no PEM block"},
		"an id for PGP":        {"key_id = \"x:y\"\n" + bare(pgp(t, "pgp_rsa.asc")), "A PGP key always has its fingerprint as id"},
		"an id that is no URI": {pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", `key_id = "my key"`), "Invalid key id"},
		"no attestor": {
			"attestor = \"projects/p/secrets/a\"\n" + pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""), "Invalid attestor",
		},
		"another project": {
			"attestor = \"projects/other/attestors/a\"\nproject = \"demo\"\n" + pkixKey(t, "p256.pem", "ECDSA_P256_SHA256", ""),
			"Remove project",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := c.body
			if !strings.Contains(body, "attestor =") {
				body += "\nattestor = \"a\""
			}
			out, code := g.CLI(t, inDemo+"resource \"binauthz_attestor_key\" \"it\" {\n"+body+"\n}\n").Run(t, "plan")
			if code == 0 {
				t.Error("accepted")
			}
			acctest.Says(t, out, c.want)
		})
	}
}
