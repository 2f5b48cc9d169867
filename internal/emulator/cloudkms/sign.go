package cloudkms

import (
	"context"
	"crypto"
	"hash/crc32"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(b []byte) *wrapperspb.Int64Value {
	return wrapperspb.Int64(int64(crc32.Checksum(b, castagnoli)))
}

// AsymmetricSign signs a digest or data, depending on the version's algorithm.
func (a *API) AsymmetricSign(_ context.Context, r *kmspb.AsymmetricSignRequest) (*kmspb.AsymmetricSignResponse, error) {
	p, m, err := a.use(r.GetName())
	if err != nil {
		return nil, err
	}
	input, err := input(r, p.options.HashFunc())
	if err != nil {
		return nil, err
	}
	signature, err := p.sign(input)
	if err != nil {
		return nil, status.Errorf(codes.Internal, "The key cannot sign: %v", err)
	}
	return &kmspb.AsymmetricSignResponse{
		Signature:            signature,
		SignatureCrc32C:      checksum(signature),
		VerifiedDigestCrc32C: r.GetDigest() != nil && r.GetDigestCrc32C() != nil,
		VerifiedDataCrc32C:   r.GetDigest() == nil && r.GetDataCrc32C() != nil,
		Name:                 m.GetName(),
		ProtectionLevel:      m.GetProtectionLevel(),
	}, nil
}

// use returns the key pair of an enabled version and a copy of the version. Callers use the pair
// without the lock, because its creation may take long.
func (a *API) use(name string) (*pair, *kmspb.CryptoKeyVersion, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	v, _, err := a.version(name)
	if err != nil {
		return nil, nil, err
	}
	return v.pair, &kmspb.CryptoKeyVersion{
		Name: v.message.GetName(), ProtectionLevel: v.message.GetProtectionLevel(), Algorithm: v.message.GetAlgorithm(),
	}, v.enabled()
}

// input returns the bytes to sign with hash, 0 for algorithms that sign data.
func input(r *kmspb.AsymmetricSignRequest, hash crypto.Hash) ([]byte, error) {
	switch {
	case r.GetDigest() != nil && len(r.GetData()) > 0:
		return nil, invalid("Only one of digest and data can be set.")
	case hash == 0 && len(r.GetData()) == 0:
		return nil, invalid("This key signs data: set data, and no digest.")
	case hash == 0:
		return r.GetData(), verify("data", r.GetData(), r.GetDataCrc32C())
	case len(r.GetData()) > 0 || r.GetDigest() == nil:
		return nil, invalid("This key signs a %s digest: set digest.", hash)
	}
	digest := pick(r.GetDigest(), hash)
	if len(digest) != hash.Size() {
		return nil, invalid("The digest must be the %d bytes of %s, in the field of that name.", hash.Size(), hash)
	}
	return digest, verify("digest", digest, r.GetDigestCrc32C())
}

func pick(d *kmspb.Digest, hash crypto.Hash) []byte {
	switch hash {
	case crypto.SHA256:
		return d.GetSha256()
	case crypto.SHA384:
		return d.GetSha384()
	case crypto.SHA512:
		return d.GetSha512()
	}
	return nil
}

func verify(field string, content []byte, sum *wrapperspb.Int64Value) error {
	if sum != nil && sum.GetValue() != checksum(content).GetValue() {
		return invalid("The checksum in field %s_crc32c did not match the data in field %s.", field, field)
	}
	return nil
}
