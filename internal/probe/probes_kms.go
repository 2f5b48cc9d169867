package probe

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func kmsProbes() []Probe {
	needs := []Need{NeedKeyRing}
	return []Probe{
		{
			ID: "KMS-PURPOSE", Needs: needs,
			Unknown: "A purpose that does not fit the algorithm is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createKey(ctx, "k", kmspb.CryptoKey_ENCRYPT_DECRYPT, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
				t.Saw("a signing algorithm for encryption", nil, err)
			},
			Want: `a signing algorithm for encryption: INVALID_ARGUMENT`,
		},
		{
			ID: "KMS-ALGORITHM-NONE", Needs: needs,
			Unknown: "A key for signing needs an algorithm.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.createKey(ctx, "k", kmspb.CryptoKey_ASYMMETRIC_SIGN, 0)
				t.Saw("create", nil, err)
			},
			Want: `create: INVALID_ARGUMENT`,
		},
		{
			ID: "KMS-VERSION-STATE", Needs: needs,
			Unknown: "A new version is ENABLED at once, never PENDING_GENERATION. Its protection level is SOFTWARE unless the key " +
				"sets another.",
			Run: func(ctx context.Context, t *Trial) {
				v, err := t.KMS.GetCryptoKeyVersion(
					ctx,
					&kmspb.GetCryptoKeyVersionRequest{Name: t.signer(ctx, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)},
				)
				t.Saw("get", v, err, "state", "protection_level", "generate_time?")
			},
			Want: `get: OK state=ENABLED protection_level=SOFTWARE generate_time=set`,
		},
		{
			ID: "KMS-PUBLIC-DISABLED", Needs: needs,
			Unknown: "Only an ENABLED version has a readable public key.",
			Run: func(ctx context.Context, t *Trial) {
				version := t.signer(ctx, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
				_, err := t.KMS.UpdateCryptoKeyVersion(ctx, &kmspb.UpdateCryptoKeyVersionRequest{
					CryptoKeyVersion: &kmspb.CryptoKeyVersion{Name: version, State: kmspb.CryptoKeyVersion_DISABLED},
					UpdateMask:       &fieldmaskpb.FieldMask{Paths: []string{"state"}},
				})
				t.Saw("disable", nil, err)
				_, err = t.KMS.GetPublicKey(ctx, &kmspb.GetPublicKeyRequest{Name: version})
				t.Saw("get the public key", nil, err)
			},
			Want: `
				disable: OK
				get the public key: FAILED_PRECONDITION`,
		},
		{
			ID: "KMS-PUBLIC-FORMAT", Needs: needs,
			Unknown: "With a public_key_format, the field pem stays empty: the response documents only public_key for this case.",
			Run: func(ctx context.Context, t *Trial) {
				version := t.signer(ctx, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
				for _, format := range []kmspb.PublicKey_PublicKeyFormat{0, kmspb.PublicKey_PEM, kmspb.PublicKey_DER} {
					k, err := t.KMS.GetPublicKey(ctx, &kmspb.GetPublicKeyRequest{Name: version, PublicKeyFormat: format})
					t.Saw(format.String(), k, err, "pem?", "public_key?")
				}
			},
			Want: `
				PUBLIC_KEY_FORMAT_UNSPECIFIED: OK pem=set public_key=unset
				PEM: OK pem=unset public_key=set
				DER: OK pem=unset public_key=set`,
		},
		{
			ID: "KMS-SIGN-DATA", Needs: needs,
			Unknown: "RSA, P-256 and P-384 keys sign only a digest.",
			Run: func(ctx context.Context, t *Trial) {
				version := t.signer(ctx, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
				_, err := t.KMS.AsymmetricSign(ctx, &kmspb.AsymmetricSignRequest{Name: version, Data: []byte("probe")})
				t.Saw("sign data", nil, err)
				_, err = t.KMS.AsymmetricSign(ctx, &kmspb.AsymmetricSignRequest{Name: version, Digest: sum()})
				t.Saw("sign a digest", nil, err)
			},
			Want: `
				sign data: INVALID_ARGUMENT
				sign a digest: OK`,
		},
		{
			ID: "KMS-SIGN-DIGEST", Needs: needs,
			Unknown: "ML-DSA-65 and Ed25519 keys sign only data.",
			Run: func(ctx context.Context, t *Trial) {
				version := t.signer(ctx, kmspb.CryptoKeyVersion_EC_SIGN_ED25519)
				_, err := t.KMS.AsymmetricSign(ctx, &kmspb.AsymmetricSignRequest{Name: version, Digest: sum()})
				t.Saw("sign a digest", nil, err)
				_, err = t.KMS.AsymmetricSign(ctx, &kmspb.AsymmetricSignRequest{Name: version, Data: []byte("probe")})
				t.Saw("sign data", nil, err)
			},
			Want: `
				sign a digest: INVALID_ARGUMENT
				sign data: OK`,
		},
		{
			ID: "KMS-NAME-MALFORMED", Needs: needs,
			Unknown: "A malformed name is INVALID_ARGUMENT, even in cases of a possible NOT_FOUND by the service.",
			Run: func(ctx context.Context, t *Trial) {
				for _, name := range []string{
					"cryptoKeys/pro.be", "cryptoKeys/probe/cryptoKeyVersions/0", "cryptoKeys/probe/cryptoKeyVersions/one",
				} {
					_, err := t.KMS.GetCryptoKeyVersion(ctx, &kmspb.GetCryptoKeyVersionRequest{Name: t.KeyRing + "/" + name})
					t.Saw(name, nil, err)
				}
			},
			Want: `
				cryptoKeys/pro.be: INVALID_ARGUMENT
				cryptoKeys/probe/cryptoKeyVersions/0: INVALID_ARGUMENT
				cryptoKeys/probe/cryptoKeyVersions/one: INVALID_ARGUMENT`,
		},
		{
			ID: "KMS-VERSION-MISSING", Needs: needs,
			Unknown: "A version of a missing key is NOT_FOUND, and the message names the version.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.KMS.GetCryptoKeyVersion(
					ctx,
					&kmspb.GetCryptoKeyVersionRequest{Name: t.KeyRing + "/cryptoKeys/" + t.ID("missing") + "/cryptoKeyVersions/1"},
				)
				t.Saw("get", nil, err, "message")
			},
			Want: `get: NOT_FOUND message="CryptoKeyVersion KEY_RING/cryptoKeys/missing/cryptoKeyVersions/1 not found."`,
		},
		{
			ID: "KMS-LIST-ORDER", Needs: needs,
			Unknown: "Lists are ordered by name, versions by number.",
			Run: func(ctx context.Context, t *Trial) {
				for _, suffix := range []string{"b", "a"} {
					_, err := t.createKey(ctx, suffix, kmspb.CryptoKey_ASYMMETRIC_SIGN, kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
					t.Setup("key", err)
				}
				keys := t.KMS.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: t.KeyRing})
				var own []string
				for {
					k, err := keys.Next()
					if err != nil {
						t.Saw("list", nil, atEnd(err))
						break
					}
					for _, suffix := range []string{"a", "b"} {
						if short(k.GetName()) == t.ID(suffix) {
							own = append(own, suffix)
						}
					}
				}
				t.Note("order", "%s", strings.Join(own, ""))
			},
			Want: `
				list: OK
				order: ab`,
		},
		{
			ID: "KMS-LIST-ORDER-BY", Needs: needs,
			Unknown: "Only the order by name is supported.",
			Run: func(ctx context.Context, t *Trial) {
				for _, order := range []string{"name", "create_time"} {
					_, err := t.KMS.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: t.KeyRing, OrderBy: order, PageSize: 1}).
						Next()
					t.Saw(order, nil, atEnd(err))
				}
			},
			Want: `
				name: OK
				create_time: INVALID_ARGUMENT`,
		},
		{
			ID: "KMS-LIST-FILTER", Needs: needs,
			Unknown: "Filters support the documented syntax with full names. Lists of values are not supported, and an unknown field " +
				"is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				for _, filter := range []string{"purpose=ASYMMETRIC_SIGN", "nothing=1", "purpose=(ASYMMETRIC_SIGN OR MAC)"} {
					_, err := t.KMS.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: t.KeyRing, Filter: filter, PageSize: 1}).
						Next()
					t.Saw(filter, nil, atEnd(err))
				}
			},
			Want: `
				purpose=ASYMMETRIC_SIGN: OK
				nothing=1: INVALID_ARGUMENT
				purpose=(ASYMMETRIC_SIGN OR MAC): INVALID_ARGUMENT`,
		},
		{
			ID: "KMS-PROJECT-NUMBER", Needs: needs,
			Unknown: "A project's number and id name the same resources. Answers contain the id.",
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				ring, err := t.KMS.GetKeyRing(
					ctx,
					&kmspb.GetKeyRingRequest{Name: "projects/" + t.Number + t.KeyRing[len("projects/"+t.Project):]},
				)
				t.Saw("get by number", ring, err, "name")
			},
			Want: `get by number: OK name=KEY_RING`,
		},
	}
}

func sum() *kmspb.Digest {
	s := sha256.Sum256([]byte("probe"))
	return &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: s[:]}}
}

// createKey creates a key in the named key ring. Its version is destroyed after the probe; the key
// itself stays.
func (t *Trial) createKey(
	ctx context.Context,
	suffix string,
	purpose kmspb.CryptoKey_CryptoKeyPurpose,
	algorithm kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm,
) (*kmspb.CryptoKey, error) {
	name := t.KeyRing + "/cryptoKeys/" + t.ID(suffix)
	made, err := t.KMS.CreateCryptoKey(
		ctx,
		&kmspb.CreateCryptoKeyRequest{Parent: t.KeyRing, CryptoKeyId: t.ID(suffix), CryptoKey: &kmspb.CryptoKey{
			Purpose: purpose, VersionTemplate: &kmspb.CryptoKeyVersionTemplate{Algorithm: algorithm},
			DestroyScheduledDuration: durationpb.New(24 * time.Hour),
		}},
	)
	t.Made(name, name, err, func(ctx context.Context) error {
		_, err := t.KMS.DestroyCryptoKeyVersion(ctx, &kmspb.DestroyCryptoKeyVersionRequest{Name: name + "/cryptoKeyVersions/1"})
		return err
	})
	return made, err
}

// signer creates a key and returns the name of its version.
func (t *Trial) signer(ctx context.Context, algorithm kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm) string {
	made, err := t.createKey(ctx, "k", kmspb.CryptoKey_ASYMMETRIC_SIGN, algorithm)
	t.Setup("key", err)
	return made.GetName() + "/cryptoKeyVersions/1"
}
