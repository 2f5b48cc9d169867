package attestor_test

import (
	"context"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestAttestorImportOfAbsentAndEmpty: an import of an attestor without texts or keys is no change,
// both with empty and with omitted attributes.
func TestAttestorImportOfAbsentAndEmpty(t *testing.T) {
	t.Parallel()
	for name, bodies := range map[string][2]string{
		"no keys": {"", "description = \"\"\npublic_keys = []"},
		"a key": {
			keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", "")),
			"description = \"\"\n" + keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", `comment = ""`)),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			run := func(cli *acctest.CLI, want string, args ...string) {
				t.Helper()
				if said, code := w.Fresh(t, cli).Run(t, args...); code != 0 || !strings.Contains(said, want) {
					t.Fatalf("%v: %d, want %q\n%s", args, code, want, said)
				}
			}
			imports := inDemo + w.imports()
			run(w.CLI(t, inDemo+w.config(bodies[0])), "2 added", "apply", "-auto-approve")
			for i, body := range bodies {
				cli := w.CLI(t, imports+w.config(body))
				run(cli, "2 imported, 0 added, 0 changed, 0 destroyed", "apply", "-auto-approve")
				cli.Write(t, imports+w.config(bodies[1-i]))
				run(cli, "No changes", "plan", "-detailed-exitcode")
			}
			if n := w.Calls("UpdateAttestor"); n != 0 {
				t.Errorf("%d updates were sent", n)
			}
		})
	}
}

// TestAttestorKeyInAHeredoc: a key in an indented heredoc is accepted, and sent without the
// indentation.
func TestAttestorKeyInAHeredoc(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	heredoc := func(file string) string {
		return "<<EOT\n      " + strings.ReplaceAll(strings.TrimSpace(known(t, file)), "\n", "\n      ") + "\n    EOT\n"
	}
	pkix := "{ pkix = {\n    public_key_pem = " + heredoc("p256.pem") + "    signature_algorithm = \"ECDSA_P256_SHA256\"\n } }"
	pgp := "{ pgp = {\n    ascii_armored_public_key = " + heredoc("pgp_rsa.asc") + " } }"
	cli := w.CLI(t, "provider \"binauthz\" {\n  project = \"demo\"\n}\n"+w.config(keys(pkix, pgp)))
	for _, args := range [][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}} {
		if said, code := w.Fresh(t, cli).Run(t, args...); code != 0 {
			t.Fatal(said)
		}
	}
	attestor, err := w.Clients.FreshAttestor(context.Background(), w.name)
	if err != nil {
		t.Fatal(err)
	}
	sent := attestor.GetUserOwnedGrafeasNote().GetPublicKeys()
	if got := sent[0].GetPkixPublicKey().GetPublicKeyPem(); got != known(t, "p256.pem") {
		t.Errorf("%q", got)
	}
	if got := sent[1].GetAsciiArmoredPgpPublicKey(); got != known(t, "pgp_rsa.asc") {
		t.Errorf("%q", got)
	}
}
