package cloudkms

import (
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// kind is a level of the hierarchy of names.
type kind struct {
	label string
	form  *regexp.Regexp
}

// Ids match [a-zA-Z0-9_-]{1,63} (CreateKeyRingRequest.key_ring_id,
// CreateCryptoKeyRequest.crypto_key_id).
const (
	locationForm = `projects/[^/]+/locations/[a-z0-9-]+`
	ringForm     = locationForm + `/keyRings/[a-zA-Z0-9_-]{1,63}`
	keyForm      = ringForm + `/cryptoKeys/[a-zA-Z0-9_-]{1,63}`
	versionForm  = keyForm + `/cryptoKeyVersions/[1-9][0-9]{0,8}`
)

var (
	location   = kind{"location", regexp.MustCompile("^" + locationForm + "$")}
	ring       = kind{"KeyRing", regexp.MustCompile("^" + ringForm + "$")}
	cryptoKey  = kind{"CryptoKey", regexp.MustCompile("^" + keyForm + "$")}
	keyVersion = kind{"CryptoKeyVersion", regexp.MustCompile("^" + versionForm + "$")}
)

// name replaces a project number in s by the project id if s is a name of kind k.
func (a *API) name(k kind, s string) (string, error) {
	if !k.form.MatchString(s) {
		return "", invalid("The request contains an invalid argument: %q is not the name of a %s.", s, k.label)
	}
	parts := strings.SplitN(s, "/", 3)
	return "projects/" + a.w.ProjectID(parts[1]) + "/" + parts[2], nil
}

func (k kind) missing(name string) error {
	return status.Errorf(codes.NotFound, "%s %s not found.", k.label, name)
}

func (k kind) taken(name string) error {
	return status.Errorf(codes.AlreadyExists, "%s %s already exists.", k.label, name)
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}
