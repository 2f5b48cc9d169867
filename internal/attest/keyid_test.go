package attest_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// TestKeyIDOfEveryForm: all inputs accept the same forms of a key.
func TestKeyIDOfEveryForm(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"p256.pem":    table(t, "ids.txt")["p256.pem"],
		"pgp_rsa.asc": table(t, "fingerprints.txt")["pgp_rsa.asc"],
	} {
		text := read(t, file)
		forms := map[string]string{
			"as it is":        text,
			"CRLF":            strings.ReplaceAll(text, "\n", "\r\n"),
			"indented":        indented(text),
			"tabs":            strings.ReplaceAll(indented(text), "    ", "\t"),
			"trailing spaces": strings.ReplaceAll(text, "\n", "  \n"),
			"cleaned":         attest.Clean(indented(text)),
		}
		if strings.HasSuffix(file, ".asc") {
			forms["bare"], forms["bare, indented, CRLF"] = bare(text, true), strings.ReplaceAll(indented(bare(text, false)), "\n", "\r\n")
		}
		for form, text := range forms {
			if got, err := attest.KeyID(text); err != nil || got != want {
				t.Errorf("%s, %s: %q, %v", file, form, got, err)
			}
		}
	}
}

func TestKeyIDRefuses(t *testing.T) {
	t.Parallel()
	for text, word := range map[string]string{
		"":                                       "no PEM block",
		"hello":                                  "no PEM block",
		read(t, "pgp_two.asc"):                   "several primary keys",
		bare(secretKey(t), true):                 "private key",
		bare(read(t, "pgp_two.asc")+"\n", false): "several primary keys",
	} {
		_, err := attest.KeyID(text)
		wantError(t, err, word)
	}
	_, err := attest.ParsePKIX(bare(read(t, "pgp_rsa.asc"), true))
	wantError(t, err, "this is an OpenPGP key, not a PKIX key")
}

func TestCleanTextIsWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"p256.pem", "pgp_rsa.asc"} {
		text := read(t, file)
		if got := attest.Clean(strings.ReplaceAll(indented(text), "\n", "\r\n")); got != text {
			t.Errorf("%s became %q", file, got)
		}
	}
}
