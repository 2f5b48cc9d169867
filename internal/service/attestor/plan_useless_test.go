package attestor_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestUselessKeys: an expired key verifies nothing. Every plan warns of it and of a key close to
// its expiry, even without changes.
func TestUselessKeys(t *testing.T) {
	t.Parallel()
	const nothing, soon, day = "Warning: Public key verifies nothing", "Warning: Public key expires soon", 24 * time.Hour
	for name, c := range map[string]struct {
		age, lifetime time.Duration
		want          string
	}{
		"expired":      {40 * day, 30 * day, nothing},
		"expires soon": {day, 30 * day, soon},
		"expires late": {day, 40 * day, ""},
		"for ever":     {day, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, "provider \"binauthz\" {\n  project = \"demo\"\n}\n"+w.config(keys(gpgOf(t, time.Now().Add(-c.age), c.lifetime),
				pgp(t, "pgp_rsa.asc"))))
			for _, args := range [][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}} {
				said, code := w.Fresh(t, cli).Run(t, args...)
				if code != 0 {
					t.Fatal(said)
				}
				for _, warning := range []string{nothing, soon} {
					if n := strings.Count(said, warning); n > 1 || (n == 1) != (warning == c.want) {
						t.Errorf("%v: %q %d times:\n%s", args, warning, n, said)
					}
				}
			}
		})
	}
}

// gpgOf returns a PGP key of an attestor, created at this time.
func gpgOf(t *testing.T, at time.Time, lifetime time.Duration) string {
	t.Helper()
	e, err := openpgp.NewEntity("Test", "", "test@example.com", &packet.Config{
		Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return at }, KeyLifetimeSecs: uint32(lifetime / time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := armor.Encode(&out, openpgp.PublicKeyType, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("{ pgp = { ascii_armored_public_key = %q } }", out.String())
}
