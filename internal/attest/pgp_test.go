package attest_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func TestFingerprintIsThatOfGnuPG(t *testing.T) {
	t.Parallel()
	prints := table(t, "fingerprints.txt")
	for file, want := range prints {
		if got := pgp(t, file).Fingerprint(); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
	if got, want := pgp(t, "pgp_two.asc").Fingerprint(), prints["pgp_rsa.asc"]; got != want {
		t.Errorf("of two keys the first counts: %s, want %s", got, want)
	}
}

// bare removes the armour: base64 lines, with the checksum line if sum is set.
func bare(text string, sum bool) string {
	_, body, _ := strings.Cut(text, "\n\n")
	body, _, _ = strings.Cut(body, "-----")
	if !sum {
		body = body[:strings.LastIndex(body, "\n=")+1]
	}
	return body
}

func TestParsePGPAcceptsOtherForms(t *testing.T) {
	t.Parallel()
	text := read(t, "pgp_curve.asc")
	for name, s := range map[string]string{
		"CRLF":                 strings.ReplaceAll(text, "\n", "\r\n"),
		"space around":         "\n " + text + "\n",
		"indented":             indented(text),
		"indented, CRLF":       strings.ReplaceAll(indented(text), "\n", "\r\n"),
		"bare, indented":       indented(bare(text, true)),
		"bare":                 bare(text, false),
		"bare with checksum":   bare(text, true),
		"bare on one line":     strings.ReplaceAll(bare(text, false), "\n", ""),
		"armour headers":       strings.Replace(text, "\n\n", "\nComment: mine\n\n", 1),
		"armour, no checksum":  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + bare(text, false) + "-----END PGP PUBLIC KEY BLOCK-----",
		"armour with checksum": text,
	} {
		k, err := attest.ParsePGP(s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, want := k.Fingerprint(), table(t, "fingerprints.txt")["pgp_curve.asc"]; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if !attest.EqualPGP(s, text) {
			t.Errorf("%s is not equal to the armored text", name)
		}
	}
}

// indented is a text as in a heredoc (<<EOT).
func indented(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}

func TestParsePGPRefuses(t *testing.T) {
	t.Parallel()
	good, secret := read(t, "pgp_curve.asc"), secretKey(t)
	for name, c := range map[string]struct{ text, word string }{
		"empty":              {" \n", "empty"},
		"no key":             {"hello world", "not an OpenPGP key"},
		"base64, no packets": {base64.StdEncoding.EncodeToString([]byte("hello world")), "not an OpenPGP key"},
		"private":            {secret, "private key"},
		"private, bare":      {bare(secret, true), "private key"},
		"private beside it":  {good + secret, "private key"},
		"disguised private":  {strings.ReplaceAll(secret, "PRIVATE", "PUBLIC"), "private key"},
		"message":            {read(t, "pgp_curve.msg.asc"), "does not begin with"},
		"PEM":                {read(t, "p256.pem"), "does not begin with"},
		"two blocks":         {good + good, "more than one"},
		"text after":         {good + "x", "does not end with"},
		"cut off":            {good[:200], "does not end with"},
		"half":               {strings.ReplaceAll(bare(good, false), "\n", "")[:128], "damaged or cut off"},
		"no empty line":      {strings.Replace(good, "\n\n", "\n", 1), "empty line"},
		"no base64":          {strings.Replace(good, "\n\n", "\n\n!!!!", 1), "not base64"},
		"version 6":          {versionSix(t), "version 6"},
	} {
		_, err := attest.ParsePGP(c.text)
		wantError(t, err, c.word)
		if err != nil && (strings.Contains(err.Error(), "xYY") || strings.Contains(err.Error(), "mDM")) {
			t.Errorf("%s: the error repeats the key: %v", name, err)
		}
	}
}

// secretKey generates a key at test time, so the repository contains no private key.
func secretKey(t *testing.T) string {
	t.Helper()
	e, err := openpgp.NewEntity("Test", "", "test@example.com", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
	e.Subkeys = nil // what is left has a secret key packet and no secret subkey packet
	return armored(t, openpgp.PrivateKeyType, func(w io.Writer) error { return e.SerializePrivate(w, nil) })
}

func versionSix(t *testing.T) string {
	t.Helper()
	e, err := openpgp.NewEntity("Test", "", "test@example.com", &packet.Config{V6Keys: true, Algorithm: packet.PubKeyAlgoEd25519})
	if err != nil {
		t.Fatal(err)
	}
	return armored(t, openpgp.PublicKeyType, e.Serialize)
}

func armored(t *testing.T, kind string, serialize func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	w, err := armor.Encode(&out, kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := serialize(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestMessagesOfGnuPG(t *testing.T) {
	t.Parallel()
	want := read(t, "payload.json")
	for message, key := range map[string]string{
		"pgp_rsa.msg.asc":   "pgp_rsa.asc",
		"pgp_rsa.clear.asc": "pgp_rsa.asc",
		"pgp_curve.msg.asc": "pgp_curve.asc",
		"pgp_nist.msg.asc":  "pgp_nist.asc",
	} {
		signed := []byte(read(t, message))
		if got, err := pgp(t, key).Verify(signed); err != nil || !samePayload(string(got), want, message) {
			t.Errorf("%s: %q, %v", message, got, err)
		}
		for other := range table(t, "fingerprints.txt") {
			if other == key {
				continue
			}
			if got, err := pgp(t, other).Verify(signed); err == nil {
				t.Errorf("%s verified %s: %q", other, message, got)
			}
		}
	}
}

// samePayload allows for clear-text signatures: they do not cover the last line end.
func samePayload(got, want, message string) bool {
	return got == want || strings.Contains(message, "clear") && got+"\n" == want
}

// TestDamagedMessages flips every byte of a message: a message with a valid signature must still
// have the signed payload.
func TestDamagedMessages(t *testing.T) {
	t.Parallel()
	key, want := pgp(t, "pgp_rsa.asc"), read(t, "payload.json")
	refused := 0
	for file, asSent := range map[string]func(*testing.T, []byte) []byte{
		"pgp_rsa.msg.gpg": armoredMessage, "pgp_rsa.clear.asc": func(_ *testing.T, text []byte) []byte { return text },
	} {
		signed := []byte(read(t, file))
		for i := range signed {
			damaged := bytes.Clone(signed)
			damaged[i] ^= 1
			got, err := key.Verify(asSent(t, damaged))
			if err == nil && !samePayload(string(got), want, file) {
				t.Fatalf("%s with byte %d changed verified as %q", file, i, got)
			}
			if err != nil {
				refused++
			}
		}
	}
	if refused < 1000 {
		t.Errorf("only %d damaged messages were refused", refused)
	}
}

func TestPGPVerifyRefuses(t *testing.T) {
	t.Parallel()
	key := pgp(t, "pgp_rsa.asc")
	inClear, packets := read(t, "pgp_rsa.clear.asc"), []byte(read(t, "pgp_rsa.msg.gpg"))
	if _, err := key.Verify(armoredMessage(t, packets)); err != nil {
		t.Fatalf("what is damaged below does not verify as it is: %v", err)
	}
	for name, c := range map[string]struct {
		signed []byte
		word   string
	}{
		"empty":              {nil, "gpg --armor --sign"},
		"no message":         {[]byte("hello"), "gpg --armor --sign"},
		"not armored":        {packets, "gpg --armor --sign"},
		"detached":           {detached(t), "gpg --armor --sign, without --detach-sign"},
		"other payload":      {[]byte(strings.Replace(inClear, "example/app", "example/bad", 1)), "not valid"},
		"cut off":            {armoredMessage(t, packets[:len(packets)/2]), "not followed by signature"},
		"cut by a byte":      {armoredMessage(t, packets[:len(packets)-1]), "cut off"},
		"unsigned":           {armoredMessage(t, unsigned(t)), "not signed"},
		"public key":         {[]byte(read(t, "pgp_rsa.asc")), "does not begin with"},
		"text after":         {[]byte(inClear + "x"), "damaged"},
		"two blocks of text": {[]byte(read(t, "pgp_rsa.msg.asc") + read(t, "pgp_rsa.msg.asc")), "more than one"},
	} {
		got, err := key.Verify(c.signed)
		if err == nil {
			t.Errorf("%s: verified as %q", name, got)
			continue
		}
		wantError(t, err, c.word)
	}
}

func armoredMessage(t *testing.T, packets []byte) []byte {
	t.Helper()
	return []byte(armored(t, "PGP MESSAGE", func(w io.Writer) error { _, err := w.Write(packets); return err }))
}

// detached is a signature without its payload, as written by "gpg --armor --detach-sign".
func detached(t *testing.T) []byte {
	t.Helper()
	e, err := openpgp.NewEntity("Test", "", "test@example.com", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&out, e, strings.NewReader(read(t, "payload.json")), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// unsigned is a literal data packet without any signature.
func unsigned(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := packet.SerializeLiteral(nopCloser{&out}, true, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "payload"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
