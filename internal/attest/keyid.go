package attest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// kmsPrefix begins the ids that gcloud gives keys kept in Cloud KMS. It is a network-path reference (RFC 3986, section
// 4.2), not a URI, and the service takes it all the same; a key of a project within a domain has a ":" in it.
const kmsPrefix = "//cloudkms.googleapis.com/"

var (
	uriScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	uriChars  = regexp.MustCompile(`^(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*$`)
)

// KeyID is the id that the API gives one public key, in any form that ParsePKIX or ParsePGP takes. The text says itself which of the two
// it is: bare base64 is an OpenPGP key.
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
		return "", errors.New("there is more than one primary key in the OpenPGP block, and Google does not say which of them gives the id")
	}
	return key.Fingerprint(), nil
}

// isPGP says whether a text without armor is the packets of an OpenPGP key, private ones included.
func isPGP(text string) bool {
	if strings.Contains(text, "-----") {
		return false
	}
	_, err := ParsePGP(text)
	return err == nil || errors.Is(err, errPrivatePGP)
}

// CheckKeyID reports why id cannot be the id of a PKIX key. The API's reference wants an RFC 3986 URI
// (google.cloud.binaryauthorization.v1.AttestorPublicKey.id); Kritis, which the service's team wrote, takes "prod-key" as well: an id must
// not contain ":" or be a URI (https://github.com/grafeas/kritis/blob/master/pkg/attestlib/public_key.go). This is the second rule, with the
// characters of the first.
func CheckKeyID(id string) error {
	switch {
	case id == "":
		return errors.New("a key id must not be empty")
	case !uriChars.MatchString(id):
		return fmt.Errorf("the key id %q has a character that a URI (RFC 3986) may not have", id)
	case !strings.Contains(id, ":"), strings.HasPrefix(id, kmsPrefix) && len(id) > len(kmsPrefix):
		return checkURI(id)
	case !uriScheme.MatchString(id):
		return fmt.Errorf("the key id %q has a \":\" and is no URI (RFC 3986): it has no scheme, such as \"ni:\" or \"https:\"", id)
	}
	return checkURI(id)
}

// checkURI refuses what the characters alone do not show. RFC 3986 allows brackets only around an IPv6 host.
func checkURI(id string) error {
	u, err := url.Parse(id)
	if err != nil || strings.Count(id, "#") > 1 || strings.Count(id, "[") != strings.Count(bracketed(u), "[") {
		return fmt.Errorf("the key id %q is no URI (RFC 3986)", id)
	}
	return nil
}

func bracketed(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Host
}
