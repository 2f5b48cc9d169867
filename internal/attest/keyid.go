package attest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// kmsPrefix begins the ids that gcloud gives keys kept in Cloud KMS. It is a network-path reference (RFC 3986, section
// 4.2), not a URI, and the service takes it all the same.
const kmsPrefix = "//cloudkms.googleapis.com/"

var (
	uriScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	uriChars  = regexp.MustCompile(`^(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*$`)
)

// CheckKeyID reports why id cannot be the id of a PKIX key: the API wants an RFC 3986 URI
// (google.cloud.binaryauthorization.v1.AttestorPublicKey.id).
func CheckKeyID(id string) error {
	switch {
	case id == "":
		return errors.New("a key id must not be empty")
	case !uriChars.MatchString(id):
		return fmt.Errorf("the key id %q has a character that a URI (RFC 3986) may not have", id)
	case strings.HasPrefix(id, kmsPrefix) && len(id) > len(kmsPrefix):
		return nil
	case !uriScheme.MatchString(id):
		return fmt.Errorf("the key id %q is no URI (RFC 3986): it has no scheme, such as \"ni:\" or \"https:\"", id)
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
