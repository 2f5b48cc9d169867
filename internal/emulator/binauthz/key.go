package binauthz

import (
	"strings"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// acceptKey checks a public key and sets its id. The key's text stays as sent, byte for byte.
func acceptKey(k *pb.AttestorPublicKey) error {
	switch k.GetPublicKey().(type) {
	case *pb.AttestorPublicKey_PkixPublicKey:
		return acceptPKIX(k, k.GetPkixPublicKey())
	case *pb.AttestorPublicKey_AsciiArmoredPgpPublicKey:
		return acceptPGP(k)
	}
	return invalid("Public key not set")
}

// acceptPGP replaces the id from the request (AttestorPublicKey.id).
func acceptPGP(k *pb.AttestorPublicKey) error {
	key, err := attest.ParsePGP(k.GetAsciiArmoredPgpPublicKey())
	if err != nil {
		return invalid("The PGP public key is not valid: %v.", err)
	}
	k.Id = key.Fingerprint()
	return nil
}

func acceptPKIX(k *pb.AttestorPublicKey, x *pb.PkixPublicKey) error {
	key, err := attest.ParsePKIX(x.GetPublicKeyPem())
	if err != nil {
		return invalid("The PKIX public key is not valid: %v.", err)
	}
	algorithm, err := attest.ParseAlgorithm(x.GetSignatureAlgorithm().String())
	if err != nil {
		return invalid("The signature algorithm of the PKIX public key is not set.")
	}
	if err := key.Check(algorithm); err != nil {
		return invalid("The signature algorithm does not match the PKIX public key: %v.", err)
	}
	if k.GetId() == "" {
		k.Id = key.ID()
	}
	if err := checkID(k.GetId()); err != nil {
		return invalid("The public key id '%s' is not a valid RFC3986 URI.", k.GetId())
	}
	if x.GetKeyId() != "" && x.GetKeyId() != k.GetId() {
		return invalid("The key id '%s' does not match the public key id '%s'.", x.GetKeyId(), k.GetId())
	}
	return nil
}

// checkID accepts every network-path reference (RFC 3986, section 4.2), with any host. gcloud
// builds the ids of KMS keys from its Cloud KMS endpoint, and this endpoint can be the emulator.
func checkID(id string) error {
	if strings.HasPrefix(id, "//") && id != "//" {
		id = "kms:" + id
	}
	return attest.CheckKeyID(id)
}
