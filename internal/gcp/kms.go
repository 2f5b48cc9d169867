package gcp

import (
	"context"
	"fmt"
	"hash/crc32"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// PublicKey is the public half of a Cloud KMS key version.
type PublicKey struct {
	// PEM is the SubjectPublicKeyInfo in PEM, as Cloud KMS writes it.
	PEM string
	// Algorithm is Cloud KMS's name of the algorithm, "EC_SIGN_P256_SHA256".
	Algorithm string
}

// PublicKey reads the public key of a key version. It verifies the checksum: with a damaged key,
// every image would be refused later.
func (c *Clients) PublicKey(ctx context.Context, version resname.KMSKeyVersion) (PublicKey, error) {
	client, err := c.keysClient()
	if err != nil {
		return PublicKey{}, err
	}
	return run(ctx, c, call[PublicKey]{
		method: getPublicKey, resource: version.String(), project: version.Project,
		send: func(ctx context.Context) (PublicKey, error) {
			reply, err := client.GetPublicKey(ctx, &kmspb.GetPublicKeyRequest{Name: version.String(), PublicKeyFormat: kmspb.PublicKey_PEM})
			if err != nil {
				return PublicKey{}, err
			}
			return checkedKey(reply, version)
		},
	})
}

// SharedPublicKey is PublicKey with one call for many concurrent callers: the key of a version
// never changes.
func (c *Clients) SharedPublicKey(ctx context.Context, version resname.KMSKeyVersion) (PublicKey, error) {
	return c.keyAnswers.read(ctx, version.String(), func(ctx context.Context) (PublicKey, error) { return c.PublicKey(ctx, version) })
}

func checkedKey(reply *kmspb.PublicKey, version resname.KMSKeyVersion) (PublicKey, error) {
	pem := reply.GetPem()
	if reply.GetPem() == "" && reply.GetPublicKey() != nil {
		pem = string(reply.GetPublicKey().GetData())
	}
	sum := reply.GetPemCrc32C()
	if sum == nil {
		sum = reply.GetPublicKey().GetCrc32CChecksum()
	}
	damaged := sum != nil && sum.GetValue() != checksum([]byte(pem)).GetValue()
	if damaged || (reply.GetName() != "" && !names(reply.GetName(), version)) {
		return PublicKey{}, &Error{Kind: KindTransient, Message: fmt.Sprintf("the public key of %s arrived damaged", version)}
	}
	return PublicKey{PEM: pem, Algorithm: reply.GetAlgorithm().String()}, nil
}

// names reports whether a reply is about version. The project can be a number in one and an id in
// the other.
func names(replied string, version resname.KMSKeyVersion) bool {
	got, err := resname.ParseKMSKeyVersion(replied)
	if resname.IsProjectNumber(version.Project) {
		got.Project = version.Project
	}
	return err == nil && got == version
}

// checksum is the CRC32C sent and checked by Cloud KMS.
func checksum(b []byte) *wrapperspb.Int64Value {
	return wrapperspb.Int64(int64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))))
}
