package gcp

import (
	"context"
	"crypto"
	"fmt"

	"cloud.google.com/go/kms/apiv1/kmspb"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// damagedTries is the number of attempts with damaged data before an error.
const damagedTries = 4

// Sign signs data with a key version. kmsAlgorithm is its algorithm in Cloud KMS spelling. Request
// and reply have checksums (https://cloud.google.com/kms/docs/data-integrity-guidelines). Damaged
// data is signed again, without harm.
func (c *Clients) Sign(ctx context.Context, version resname.KMSKeyVersion, kmsAlgorithm string, data []byte) ([]byte, error) {
	algorithm, err := attest.AlgorithmFromKMS(kmsAlgorithm)
	if err != nil {
		return nil, err
	}
	client, err := c.keysClient()
	if err != nil {
		return nil, err
	}
	request, damaged := signRequest(version, algorithm.Hash(), data), 0
	signature, err := run(ctx, c, call[[]byte]{
		method: asymmetricSign, resource: version.String(), project: version.Project,
		send: func(ctx context.Context) ([]byte, error) {
			reply, err := client.AsymmetricSign(ctx, request)
			if err != nil {
				return nil, err
			}
			why := damage(version, request, reply)
			if why == "" {
				return reply.GetSignature(), nil
			}
			damaged++
			return nil, &Error{Kind: either(damaged < damagedTries, KindTransient, KindFailed), Message: why}
		},
	})
	return signature, deniedOn(err, asymmetricSign, version.KMSKey.String(),
		fmt.Sprintf("gcloud kms keys add-iam-policy-binding %s --keyring=%s --location=%s --project=%s",
			version.ID, version.KeyRing, version.Location, version.Project))
}

// signRequest hashes data, except for algorithms that sign data itself.
func signRequest(version resname.KMSKeyVersion, hash crypto.Hash, data []byte) *kmspb.AsymmetricSignRequest {
	r := &kmspb.AsymmetricSignRequest{Name: version.String()}
	if hash == 0 {
		r.Data, r.DataCrc32C = data, checksum(data)
		return r
	}
	h := hash.New()
	h.Write(data)
	sum := h.Sum(nil)
	r.Digest, r.DigestCrc32C = kmsDigest(hash, sum), checksum(sum)
	return r
}

func kmsDigest(hash crypto.Hash, sum []byte) *kmspb.Digest {
	switch hash {
	case crypto.SHA384:
		return &kmspb.Digest{Digest: &kmspb.Digest_Sha384{Sha384: sum}}
	case crypto.SHA512:
		return &kmspb.Digest{Digest: &kmspb.Digest_Sha512{Sha512: sum}}
	default:
		return &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: sum}}
	}
}

// damage describes the damage of a reply to request, "" for none.
func damage(version resname.KMSKeyVersion, request *kmspb.AsymmetricSignRequest, reply *kmspb.AsymmetricSignResponse) string {
	switch {
	case !names(reply.GetName(), version):
		return fmt.Sprintf("Cloud KMS signed with %s instead of %s", reply.GetName(), request.GetName())
	case request.GetDigest() != nil && !reply.GetVerifiedDigestCrc32C(), request.GetDigest() == nil && !reply.GetVerifiedDataCrc32C():
		return "Cloud KMS did not verify the checksum of the data to sign"
	case reply.GetSignatureCrc32C().GetValue() != checksum(reply.GetSignature()).GetValue():
		return "the signature arrived damaged"
	}
	return ""
}
