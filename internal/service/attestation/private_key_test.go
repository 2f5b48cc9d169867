package attestation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestAPrivateKeyIsNoSignature: a private key is refused before a plan is stored, and the error
// does not contain it. This also holds if the same plan creates the attestor and can verify
// nothing.
func TestAPrivateKeyIsNoSignature(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fine(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	fine(t, err)
	file := filepath.Join(t.TempDir(), "ec.key")
	fine(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600))
	for _, function := range []string{"filebase64", "file"} {
		body := attested("projects/demo/attestors/new", knownImage, fmt.Sprintf("signature = %s(%q)", function, file),
			`public_key_id = "https://example.com/ec"`, "depends_on = [binauthz_attestor.it]")
		cli := g.CLI(t, `
resource "binauthz_note" "it" {
  name                = "new"
  human_readable_name = "New"
}
resource "binauthz_attestor" "it" {
  name = "new"
  note = binauthz_note.it.id
}
`+body)
		out := runs(t, cli, 1, "plan", "-out=stored")
		expectWords(t, out, "Invalid signature", "This is a private key, not a signature.")
		if strings.Contains(out, base64.StdEncoding.EncodeToString(der)[:20]) {
			t.Errorf("the key is repeated:\n%s", out)
		}
	}
}
