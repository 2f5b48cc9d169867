package cloudkms

import (
	"context"
	"encoding/pem"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// GetPublicKey returns the public key of an enabled version: in pem, or in public_key if the
// request has a format. Post-quantum algorithms need one (GetPublicKeyRequest.public_key_format).
func (a *API) GetPublicKey(_ context.Context, r *kmspb.GetPublicKeyRequest) (*kmspb.PublicKey, error) {
	p, m, err := a.use(r.GetName())
	if err != nil {
		return nil, err
	}
	format := r.GetPublicKeyFormat()
	if err := p.gives(format); err != nil {
		return nil, err
	}
	content, err := p.encode(format)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "The public key cannot be encoded: %v", err)
	}
	out := &kmspb.PublicKey{
		Name: m.GetName(), Algorithm: m.GetAlgorithm(), ProtectionLevel: m.GetProtectionLevel(), PublicKeyFormat: format,
	}
	if format == kmspb.PublicKey_PUBLIC_KEY_FORMAT_UNSPECIFIED {
		out.Pem, out.PemCrc32C = string(content), checksum(content)
		return out, nil
	}
	out.PublicKey = &kmspb.ChecksummedData{Data: content, Crc32CChecksum: checksum(content)}
	return out, nil
}

// gives returns an error if the public key has no such format.
func (p *pair) gives(format kmspb.PublicKey_PublicKeyFormat) error {
	switch format {
	case kmspb.PublicKey_PEM, kmspb.PublicKey_DER:
		return nil
	case kmspb.PublicKey_PUBLIC_KEY_FORMAT_UNSPECIFIED:
		if p.pqc {
			return invalid("The public_key_format is required for PQC algorithms.")
		}
		return nil
	case kmspb.PublicKey_NIST_PQC:
		if p.pqc {
			return nil
		}
	}
	return invalid("The public_key_format %s is not supported for this algorithm.", format)
}

func (p *pair) encode(format kmspb.PublicKey_PublicKeyFormat) ([]byte, error) {
	if format == kmspb.PublicKey_NIST_PQC {
		return p.raw()
	}
	der, err := p.public()
	if err != nil || format == kmspb.PublicKey_DER {
		return der, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// raw is the encoding of FIPS 204, section 7.2.
func (p *pair) raw() ([]byte, error) {
	signer, err := p.signer()
	if err != nil {
		return nil, err
	}
	k, ok := signer.Public().(*mldsa65.PublicKey)
	if !ok {
		return nil, status.Error(codes.Internal, "not a post-quantum key")
	}
	return k.Bytes(), nil
}
