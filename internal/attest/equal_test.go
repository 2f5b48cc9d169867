package attest_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func TestEqualPEM(t *testing.T) {
	t.Parallel()
	a, b := read(t, "p256.pem"), read(t, "p384.pem")
	oneLine := strings.ReplaceAll(a, "\n", "")
	oneLine = strings.NewReplacer(
		"KEY----------END", "x",
		"-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n",
		"-----END", "\n-----END",
	).Replace(oneLine)
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"same":              {a, a, true},
		"CRLF":              {a, strings.ReplaceAll(a, "\n", "\r\n"), true},
		"no last line end":  {a, strings.TrimSpace(a), true},
		"folded":            {a, oneLine, true},
		"indented":          {a, indented(a), true},
		"indented, CRLF":    {a, strings.ReplaceAll(indented(a), "\n", "\r\n"), true},
		"other key":         {a, b, false},
		"both unparsable":   {"x", "x", true},
		"unparsable differ": {"x", "x\n", false},
		"one unparsable":    {a, "x", false},
		"empty":             {"", "", true},
	} {
		if got := attest.EqualPEM(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := attest.EqualPEM(c.b, c.a); got != c.want {
			t.Errorf("%s, the other way round: %v", name, got)
		}
	}
}

func TestEqualPGP(t *testing.T) {
	t.Parallel()
	a, b := read(t, "pgp_rsa.asc"), read(t, "pgp_curve.asc")
	two := read(t, "pgp_two.asc")
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"same":              {a, a, true},
		"other key":         {a, b, false},
		"one key more":      {a, two, false},
		"headers":           {two, strings.Replace(two, "Comment: Two keys\n", "", 1), true},
		"unparsable":        {"x", "x", true},
		"unparsable differ": {"x", "x ", false},
	} {
		if got := attest.EqualPGP(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCheckKeyID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"//cloudkms.googleapis.com/v1/projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1": true,
		"ni:///sha-256;EwVxs8fNUAHq9FI2AMfh8WNIXVBuuTMeGtPH72U-I70":                                       true,
		"https://example.com/keys/1?x=%20#frag":                                                           true,
		"http://[2001:db8::1]/k":                                                                          true,
		"urn:example:key":                                                                                 true,
		"mailto:key@example.com":                                                                          true,
		"":                                                                                                false,
		"my-key":                                                                                          true,
		"/path":                                                                                           true,
		"//cloudkms.googleapis.com/":                                                                      true,
		"//example.com/key":                                                                               true,
		"//cloudkms.googleapis.com/v1/projects/example.com:p/locations/l/keyRings/r/cryptoKeys/k": true,
		"//example.com/a:b":                false,
		"my key":                           false,
		"my-key#a#b":                       false,
		":":                                false,
		"prod:key":                         true,
		"1a:b":                             false,
		"https://example.com/a b":          false,
		"https://example.com/ü":            false,
		"https://example.com/%2":           false,
		"https://example.com/#a#b":         false,
		"https://example.com/[a]":          false,
		"urn:a\n":                          false,
		"//cloudkms.googleapis.com/v1/a b": false,
	} {
		if err := attest.CheckKeyID(id); (err == nil) != want {
			t.Errorf("CheckKeyID(%q) = %v", id, err)
		}
	}
}
