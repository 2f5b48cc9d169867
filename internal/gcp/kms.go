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

// PublicKey fetches the public half of a key version. Its checksum is verified: a key damaged on the way would refuse
// every image later.
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

// SharedPublicKey is PublicKey for many that need the same one at once: a version's key never changes.
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

// names says whether a reply is about version. A project can be asked for by its number and answer by its id.
func names(replied string, version resname.KMSKeyVersion) bool {
	got, err := resname.ParseKMSKeyVersion(replied)
	if resname.IsProjectNumber(version.Project) {
		got.Project = version.Project
	}
	return err == nil && got == version
}

// checksum is the CRC32C that Cloud KMS sends and checks.
func checksum(b []byte) *wrapperspb.Int64Value {
	return wrapperspb.Int64(int64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))))
}
