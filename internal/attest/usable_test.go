package attest_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

var born = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// made creates a key at a given time, with its two halves.
func made(t *testing.T, at time.Time, lifetime time.Duration, change func(*openpgp.Entity, *packet.Config)) *openpgp.Entity {
	t.Helper()
	config := &packet.Config{
		Algorithm:       packet.PubKeyAlgoEdDSA,
		Time:            func() time.Time { return at },
		KeyLifetimeSecs: uint32(lifetime / time.Second),
	}
	e, err := openpgp.NewEntity("Test", "", "test@example.com", config)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(e, config)
	}
	return e
}

func keyOf(t *testing.T, e *openpgp.Entity) attest.Key {
	t.Helper()
	return attest.Key{ID: "pgp", PGP: armored(t, openpgp.PublicKeyType, e.Serialize)}
}

// certifying removes the right to sign from the primary key, as "gpg --quick-generate-key … cert"
// does.
func certifying(t *testing.T, e *openpgp.Entity, config *packet.Config) {
	t.Helper()
	for _, user := range e.Identities {
		user.SelfSignature.FlagSign = false
		if err := user.SelfSignature.SignUserId(user.UserId.Id, e.PrimaryKey, e.PrivateKey, config); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPGPKeyIsUsableUntilItExpires(t *testing.T) {
	t.Parallel()
	fine := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	subkey := func(lifetime time.Duration) func(*openpgp.Entity, *packet.Config) {
		return func(e *openpgp.Entity, c *packet.Config) {
			certifying(t, e, c)
			c.KeyLifetimeSecs = uint32(lifetime / time.Second)
			fine(e.AddSigningSubkey(c))
		}
	}
	for name, c := range map[string]struct {
		key   *openpgp.Entity
		after time.Duration // how old the key is
		until time.Duration // 0 for ever
		why   string
	}{
		"for ever":          {made(t, born, 0, nil), 10000 * day, 0, ""},
		"before it expires": {made(t, born, 30*day, nil), 29 * day, 30 * day, ""},
		"after it expired":  {made(t, born, 30*day, nil), 31 * day, 0, "the key expired on 2019-01-31"},
		"not yet":           {made(t, born, 30*day, nil), -day, 0, "the key is not valid before 2019-01-01"},
		"revoked": {
			made(t, born, 0, func(e *openpgp.Entity, c *packet.Config) { fine(e.RevokeKey(packet.KeyCompromised, "", c)) }), day, 0,
			"the key is revoked",
		},
		"not for signing": {
			made(t, born, 0, func(e *openpgp.Entity, c *packet.Config) { certifying(t, e, c) }), day, 0, "the key is not for signing",
		},
		"a subkey":                    {made(t, born, 0, subkey(0)), day, 0, ""},
		"a subkey that expires":       {made(t, born, 90*day, subkey(30*day)), day, 30 * day, ""},
		"a subkey that expired":       {made(t, born, 90*day, subkey(30*day)), 40 * day, 0, "the key expired on 2019-01-31"},
		"a subkey of a key that did":  {made(t, born, 30*day, subkey(90*day)), 40 * day, 0, "the key expired on 2019-01-31"},
		"a subkey of a key that does": {made(t, born, 30*day, subkey(90*day)), day, 30 * day, ""},
		"one of two subkeys": {made(t, born, 0, func(e *openpgp.Entity, c *packet.Config) {
			subkey(30*day)(e, c)
			c.KeyLifetimeSecs = uint32(60 * day / time.Second)
			fine(e.AddSigningSubkey(c))
		}), 40 * day, 60 * day, ""},
		"a revoked subkey": {made(t, born, 0, func(e *openpgp.Entity, c *packet.Config) {
			subkey(0)(e, c)
			fine(e.RevokeSubkey(&e.Subkeys[len(e.Subkeys)-1], packet.KeyRetired, "", c))
		}), day, 0, "the subkey for signing is revoked"},
	} {
		until, err := keyOf(t, c.key).Usable(born.Add(c.after))
		if got := reason(err); got != c.why {
			t.Errorf("%s: %q, want %q", name, got, c.why)
		}
		want := time.Time{}
		if c.until != 0 {
			want = born.Add(c.until)
		}
		if err == nil && !until.Equal(want) {
			t.Errorf("%s: until %s, want %s", name, until, want)
		}
	}
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestUsableKeysOfAKeyring(t *testing.T) {
	t.Parallel()
	expired, expiring := keyOf(t, made(t, born, day, nil)), keyOf(t, made(t, born, 30*day, nil))
	later := keyOf(t, made(t, born, 60*day, nil))
	pkix := attest.Key{ID: "pkix", PEM: read(t, "p256.pem"), Algorithm: "ECDSA_P256_SHA256"}
	now := born.Add(2 * day)
	useless := attest.Keyring{
		expired,
		{ID: "no algorithm", PEM: read(t, "p256.pem")},
		{ID: "another curve", PEM: read(t, "p256.pem"), Algorithm: "ECDSA_P384_SHA384"},
		{ID: "junk", PEM: "junk", Algorithm: "ECDSA_P256_SHA256"},
		{ID: "junk", PGP: "junk"},
		{},
	}
	usable, others := append(slices.Clip(useless), expiring, pkix).Usable(now)
	if len(usable) != 2 || usable[0].PGP != expiring.PGP || usable[1].ID != "pkix" || len(others) != len(useless) {
		t.Fatalf("%d are usable, %d are not", len(usable), len(others))
	}
	for i, word := range []string{
		"expired on 2019-01-02", "unknown", "does not fit", "no PEM block", "not an OpenPGP key", "no PEM block",
	} {
		if others[i].Key != useless[i] || !strings.Contains(others[i].Why, word) {
			t.Errorf("%q: %q does not say %q", others[i].Key.ID, others[i].Why, word)
		}
	}
	for name, c := range map[string]struct {
		ring attest.Keyring
		want time.Time
	}{
		"none":            {nil, time.Time{}},
		"useless":         {useless, time.Time{}},
		"for ever":        {attest.Keyring{expiring, pkix}, time.Time{}},
		"the last counts": {attest.Keyring{expiring, later, expired}, born.Add(60 * day)},
		"one":             {attest.Keyring{expiring}, born.Add(30 * day)},
	} {
		if got := c.ring.Until(now); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for file := range table(t, "fingerprints.txt") {
		if _, err := (attest.Key{PGP: read(t, file)}).Usable(time.Now()); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestASignatureOfAnExpiredKeySaysSo: the reason for an unusable key is also the reason for its
// signatures.
func TestASignatureOfAnExpiredKeySaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key *openpgp.Entity
		why string
	}{
		"expired": {made(t, born, 30*day, nil), "the key expired on 2019-01-31"},
		"revoked": {made(t, born, 0, nil), "the key is revoked"},
	} {
		signed := signedBy(t, c.key)
		if name == "revoked" {
			if err := c.key.RevokeKey(packet.KeyCompromised, "", &packet.Config{Time: func() time.Time { return born }}); err != nil {
				t.Fatal(err)
			}
		}
		key := keyOf(t, c.key)
		wantError(t, key.Verify([]byte(read(t, "payload.json")), signed), c.why)
		if _, err := key.Usable(time.Now()); reason(err) != c.why {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// signedBy is a signed message of the payload, one day after the creation of the key.
func signedBy(t *testing.T, e *openpgp.Entity) []byte {
	t.Helper()
	return []byte(armored(t, "PGP MESSAGE", func(out io.Writer) error {
		var message bytes.Buffer
		w, err := openpgp.Sign(&message, e, nil, &packet.Config{Time: func() time.Time { return born.Add(day) }})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, read(t, "payload.json")); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		_, err = out.Write(message.Bytes())
		return err
	}))
}
