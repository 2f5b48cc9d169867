package resname

import (
	"fmt"
)

// kmsID is the form of the ids of key rings and keys. Their length is left to Google. Source:
// google.cloud.kms.v1.CreateKeyRingRequest.key_ring_id.
var kmsID = form(`^[a-zA-Z0-9_-]+$`)

// KMSKey names a Cloud KMS key.
type KMSKey struct{ Project, Location, KeyRing, ID string }

// ParseKMSKey reads "projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}".
func ParseKMSKey(name string) (KMSKey, error) {
	v, err := parse("a Cloud KMS key", name, "projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}")
	if err != nil {
		return KMSKey{}, err
	}
	return KMSKey{v[0], v[1], v[2], v[3]}, nil
}

func (k KMSKey) String() string { return k.Ring() + "/cryptoKeys/" + k.ID }

// Ring is the name of the key's ring.
func (k KMSKey) Ring() string {
	return "projects/" + k.Project + "/locations/" + k.Location + "/keyRings/" + k.KeyRing
}

// KMSKeyVersion names one version of a Cloud KMS key. Versions sign.
type KMSKeyVersion struct {
	KMSKey
	Version string
}

// keyVersion is the number of a version. Numbers start at 1, and the newest version has no special
// name. Source: https://cloud.google.com/kms/docs/getting-resource-ids.
var keyVersion = form(`^[1-9][0-9]*$`)

// ParseKMSKeyVersion reads
// "projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}",
// also behind "//cloudkms.googleapis.com/v1/", the form Binary Authorization uses as a key id.
func ParseKMSKeyVersion(name string) (KMSKeyVersion, error) {
	v, err := parse("a Cloud KMS key version", name,
		"projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}/cryptoKeyVersions/{version}")
	if err != nil {
		return KMSKeyVersion{}, err
	}
	if !keyVersion().MatchString(v[4]) {
		return KMSKeyVersion{}, fmt.Errorf("%q is not the name of a Cloud KMS key version: a version is a number, such as 1, not %q",
			name, v[4])
	}
	return KMSKeyVersion{KMSKey{v[0], v[1], v[2], v[3]}, v[4]}, nil
}

func (v KMSKeyVersion) String() string { return v.KMSKey.String() + "/cryptoKeyVersions/" + v.Version }

// KeyID is the key id that gcloud and hashicorp/google give Binary Authorization for a Cloud KMS
// key.
func (v KMSKeyVersion) KeyID() string { return "//cloudkms.googleapis.com/v1/" + v.String() }
