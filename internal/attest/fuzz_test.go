package attest_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

var (
	niForm          = regexp.MustCompile(`^ni:///sha-256;[A-Za-z0-9_-]{43}$`)
	fingerprintForm = regexp.MustCompile(`^[0-9A-F]{40}$`)
)

func seed(f *testing.F, files ...string) {
	f.Helper()
	for _, name := range files {
		f.Add(read(f, name))
	}
	f.Add("")
}

func FuzzParsePKIX(f *testing.F) {
	seed(f, "p256.pem", "rsa2048.pem", "rfc9881_ml_dsa_65.pem", "certificate.crt", "pkcs1.pem", "ed25519.pem")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := attest.ParsePKIX(text)
		if err != nil {
			return
		}
		if !niForm.MatchString(k.ID()) || attest.CheckKeyID(k.ID()) != nil {
			t.Errorf("id %q", k.ID())
		}
		for _, a := range k.Algorithms() {
			if err := k.Check(a); err != nil {
				t.Error(err)
			}
			if k.Verify(a, []byte(text), []byte(text)) == nil {
				t.Error("the text verified as its own signature")
			}
		}
		if !attest.EqualPEM(text, "\n"+text+" ") {
			t.Error("white space around the key makes it another key")
		}
	})
}

func FuzzParsePGP(f *testing.F) {
	seed(f, "pgp_rsa.asc", "pgp_curve.asc", "pgp_nist.asc", "pgp_two.asc", "pgp_rsa.msg.asc")
	f.Add(bare(read(f, "pgp_curve.asc"), true))
	f.Fuzz(func(t *testing.T, text string) {
		k, err := attest.ParsePGP(text)
		if err != nil {
			return
		}
		if !fingerprintForm.MatchString(k.Fingerprint()) {
			t.Errorf("fingerprint %q", k.Fingerprint())
		}
		if !attest.EqualPGP(text, "\n"+text+" ") {
			t.Error("white space around the key makes it another key")
		}
	})
}

func FuzzPGPVerify(f *testing.F) {
	seed(f, "pgp_rsa.msg.asc", "pgp_rsa.msg.gpg", "pgp_rsa.clear.asc", "pgp_curve.msg.asc")
	key, err := attest.ParsePGP(read(f, "pgp_rsa.asc"))
	if err != nil {
		f.Fatal(err)
	}
	want := read(f, "payload.json")
	f.Fuzz(func(t *testing.T, signed string) {
		for _, message := range [][]byte{[]byte(signed), armoredMessage(t, []byte(signed))} {
			got, err := key.Verify(message)
			if err == nil && string(got) != want && string(got)+"\n" != want {
				t.Errorf("verified %q, which the key never signed", got)
			}
		}
	})
}

func FuzzParsePayload(f *testing.F) {
	seed(f, "payload.json")
	f.Fuzz(func(t *testing.T, text string) {
		repository, digest, err := attest.ParsePayload([]byte(text))
		if err != nil {
			return
		}
		again, err := attest.Payload(repository + "@" + digest)
		if err != nil {
			return // a repository that Payload does not take
		}
		r, d, err := attest.ParsePayload(again)
		if err != nil || r != strings.TrimPrefix(repository, "//") && !strings.Contains(repository, "//") || d != digest {
			t.Errorf("%q, %q became %q, %q (%v)", repository, digest, r, d, err)
		}
	})
}

func FuzzPayload(f *testing.F) {
	f.Add("https://gcr.io/p/web@sha256:" + strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, image string) {
		text, err := attest.Payload(image)
		if err != nil {
			return
		}
		repository, digest, err := attest.ParsePayload(text)
		if err != nil || !strings.HasSuffix(image, repository+"@"+digest) {
			t.Errorf("%q became %q, %q (%v)", image, repository, digest, err)
		}
	})
}

func FuzzCheckKeyID(f *testing.F) {
	for _, id := range []string{"ni:///sha-256;abc", "//cloudkms.googleapis.com/v1/x", "urn:a", "http://[::1]/", "a"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if attest.CheckKeyID(id) == nil && strings.ContainsAny(id, " \t\r\n\"<>\\^`{|}") {
			t.Errorf("%q was accepted", id)
		}
	})
}

func FuzzEqualPEM(f *testing.F) {
	a, b := read(f, "p256.pem"), read(f, "p384.pem")
	f.Add(a, b)
	f.Add(a, strings.ReplaceAll(a, "\n", "\r\n"))
	f.Fuzz(func(t *testing.T, a, b string) { equivalence(t, attest.EqualPEM, a, b) })
}

func FuzzEqualPGP(f *testing.F) {
	a, b := read(f, "pgp_curve.asc"), read(f, "pgp_nist.asc")
	f.Add(a, b)
	f.Add(a, bare(a, false))
	f.Fuzz(func(t *testing.T, a, b string) { equivalence(t, attest.EqualPGP, a, b) })
}

func equivalence(t *testing.T, equal func(a, b string) bool, a, b string) {
	t.Helper()
	if !equal(a, a) || !equal(b, b) {
		t.Error("a text is not equal to itself")
	}
	if equal(a, b) != equal(b, a) {
		t.Error("equality depends on the order")
	}
}

func FuzzPAE(f *testing.F) {
	f.Add("t", []byte("b"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		if got := attest.PAE(kind, body); !bytes.HasPrefix(got, []byte("DSSEv1 ")) || !bytes.HasSuffix(got, body) {
			t.Errorf("%q", got)
		}
	})
}
