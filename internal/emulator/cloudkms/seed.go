package cloudkms

import (
	"fmt"
	"strings"

	"cloud.google.com/go/kms/apiv1/kmspb"
)

// AddKey creates a key with an enabled version 1, and its key ring if needed. name is
// "projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/{key}"; algorithm has Cloud
// KMS's spelling, such as "RSA_SIGN_PSS_2048_SHA256"; empty means "EC_SIGN_P256_SHA256". An
// existing key gets one more version of the same algorithm.
func (a *API) AddKey(name, algorithm string) error {
	if algorithm == "" {
		algorithm = kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256.String()
	}
	number, ok := kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm_value[algorithm]
	if !ok {
		return fmt.Errorf("%q is not an algorithm of Cloud KMS", algorithm)
	}
	name, err := a.name(cryptoKey, name)
	if err != nil {
		return err
	}
	sent := &kmspb.CryptoKey{
		Purpose:         kmspb.CryptoKey_ASYMMETRIC_SIGN,
		VersionTemplate: &kmspb.CryptoKeyVersionTemplate{Algorithm: kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm(number)},
	}
	if err := check(sent); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if there := a.keys[name]; there != nil {
		return a.addAnother(there, sent.GetVersionTemplate().GetAlgorithm())
	}
	parent, _, _ := strings.Cut(name, "/cryptoKeys/")
	if a.rings[parent] == nil {
		if _, err := a.addRing(parent); err != nil {
			return err
		}
	}
	_, err = a.addKey(name, sent, true)
	return err
}

func (a *API) addAnother(k *key, algorithm kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm) error {
	if is := k.message.GetVersionTemplate().GetAlgorithm(); is != algorithm {
		return fmt.Errorf("%s is there already, with the algorithm %s", k.message.GetName(), is)
	}
	a.addVersion(k, kmspb.CryptoKeyVersion_ENABLED)
	return nil
}

// Exists reports whether resource is an existing key ring or key.
func (a *API) Exists(resource string) bool {
	exists, _ := a.Owns(resource)
	return exists
}

// Owns tells google.iam.v1.IAMPolicy about the resources of this service: key rings and keys.
// Versions have no IAM policy.
func (a *API) Owns(resource string) (exists, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if name, err := a.name(ring, resource); err == nil {
		return a.rings[name] != nil, true
	}
	if name, err := a.name(cryptoKey, resource); err == nil {
		return a.keys[name] != nil, true
	}
	return false, false
}
