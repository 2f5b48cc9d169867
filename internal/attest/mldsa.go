package attest

import (
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
)

// oidMLDSA65 is id-ml-dsa-65 of RFC 9881, section 2. crypto/x509 does not support it.
var oidMLDSA65 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}

type publicKeyInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// mldsa65Key returns the raw key of an ML-DSA-65 SubjectPublicKeyInfo. RFC 9881 forbids parameters.
func mldsa65Key(der []byte) ([]byte, bool) {
	var info publicKeyInfo
	rest, err := asn1.Unmarshal(der, &info)
	if err != nil || len(rest) > 0 || !info.Algorithm.Algorithm.Equal(oidMLDSA65) {
		return nil, false
	}
	if len(info.Algorithm.Parameters.FullBytes) > 0 || info.Key.BitLength%8 != 0 {
		return nil, false
	}
	return info.Key.Bytes, true
}

// MarshalMLDSA65 returns the DER encoding of an ML-DSA-65 public key as a SubjectPublicKeyInfo (RFC
// 9881, section 4). crypto/x509 cannot encode it.
func MarshalMLDSA65(key *mldsa65.PublicKey) ([]byte, error) {
	raw := key.Bytes()
	return asn1.Marshal(publicKeyInfo{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidMLDSA65},
		Key:       asn1.BitString{Bytes: raw, BitLength: 8 * len(raw)},
	})
}
