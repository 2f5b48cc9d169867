package attest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// kmsPrefix is the prefix of gcloud's ids for Cloud KMS keys. Such an id is a network-path
// reference (RFC 3986, section 4.2), not a URI, but the service accepts it. With a domain-scoped
// project, it contains a ":".
const kmsPrefix = "//cloudkms.googleapis.com/"

var (
	uriScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	uriChars  = regexp.MustCompile(`^(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*$`)
)

// KeyID returns the API's id of one public key, in any form accepted by ParsePKIX or ParsePGP. Bare
// base64 is an OpenPGP key.
func KeyID(text string) (string, error) {
	if !strings.Contains(text, pgpBegin) && !isPGP(text) {
		key, err := ParsePKIX(text)
		if err != nil {
			return "", err
		}
		return key.ID(), nil
	}
	key, err := ParsePGP(text)
	switch {
	case err != nil:
		return "", err
	case key.Several():
		return "", errors.New("the OpenPGP block has several primary keys, and Google does not document which one gives the id")
	}
	return key.Fingerprint(), nil
}

// isPGP reports whether a text without armor contains the packets of an OpenPGP key, public or
// private.
func isPGP(text string) bool {
	if strings.Contains(text, "-----") {
		return false
	}
	_, err := ParsePGP(text)
	return err == nil || errors.Is(err, errPrivatePGP)
}

// CheckKeyID returns an error if id cannot be the id of a PKIX key. The API's reference requires an
// RFC 3986 URI (google.cloud.binaryauthorization.v1.AttestorPublicKey.id). Kritis, by the same
// team, also accepts "prod-key": an id with ":" must be a URI
// (https://github.com/grafeas/kritis/blob/master/pkg/attestlib/public_key.go). This is the second
// rule, with the characters of the first.
func CheckKeyID(id string) error {
	switch {
	case id == "":
		return errors.New("a key id must not be empty")
	case !uriChars.MatchString(id):
		return fmt.Errorf("the key id %q has a character not allowed in a URI (RFC 3986)", id)
	case !strings.Contains(id, ":"), strings.HasPrefix(id, kmsPrefix) && len(id) > len(kmsPrefix):
		return checkURI(id)
	case !uriScheme.MatchString(id):
		return fmt.Errorf("the key id %q has a \":\" but is not a URI (RFC 3986): it has no scheme, such as \"ni:\" or \"https:\"", id)
	}
	return checkURI(id)
}

// checkURI finds errors beyond invalid characters. RFC 3986 allows brackets only around an IPv6
// host.
func checkURI(id string) error {
	u, err := url.Parse(id)
	if err != nil || strings.Count(id, "#") > 1 || strings.Count(id, "[") != strings.Count(bracketed(u), "[") {
		return fmt.Errorf("the key id %q is not a URI (RFC 3986)", id)
	}
	return nil
}

func bracketed(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Host
}
