package cloudkms_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"hash/crc32"
	"strings"
	"testing"

	kms "cloud.google.com/go/kms/apiv1"
	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

func sum(b []byte) int64 { return int64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))) }

// signRequest is the request of a client with integrity checks for a key of the algorithm.
func signRequest(algorithm, version string, payload []byte) *kmspb.AsymmetricSignRequest {
	r := &kmspb.AsymmetricSignRequest{Name: version}
	var digest []byte
	switch {
	case strings.HasSuffix(algorithm, "SHA256"):
		s := sha256.Sum256(payload)
		digest, r.Digest = s[:], &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: s[:]}}
	case strings.HasSuffix(algorithm, "SHA384"):
		s := sha512.Sum384(payload)
		digest, r.Digest = s[:], &kmspb.Digest{Digest: &kmspb.Digest_Sha384{Sha384: s[:]}}
	case strings.HasSuffix(algorithm, "SHA512"):
		s := sha512.Sum512(payload)
		digest, r.Digest = s[:], &kmspb.Digest{Digest: &kmspb.Digest_Sha512{Sha512: s[:]}}
	default:
		r.Data, r.DataCrc32C = payload, wrapperspb.Int64(sum(payload))
		return r
	}
	r.DigestCrc32C = wrapperspb.Int64(sum(digest))
	return r
}

// publicPEM asks for the public key the way every algorithm allows.
func publicPEM(t *testing.T, client *kms.KeyManagementClient, version string) string {
	t.Helper()
	k, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: version, PublicKeyFormat: kmspb.PublicKey_PEM})
	if err != nil {
		t.Fatal(err)
	}
	if k.GetName() != version || k.GetPublicKey().GetCrc32CChecksum().GetValue() != sum(k.GetPublicKey().GetData()) || k.GetPem() != "" {
		t.Errorf("public key: %v", k)
	}
	return string(k.GetPublicKey().GetData())
}

// TestEveryAlgorithm signs with each algorithm Binary Authorization can verify and verifies as it
// does.
func TestEveryAlgorithm(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	payload := []byte("payload")
	for _, name := range attest.AlgorithmNames() {
		a, err := attest.ParseAlgorithm(name)
		if err != nil {
			t.Fatal(err)
		}
		spelled, ok := a.KMS()
		if !ok || string(a) != name {
			continue
		}
		t.Run(spelled, func(t *testing.T) {
			t.Parallel()
			key := ringName + "/cryptoKeys/" + spelled
			if err := api.AddKey(key, spelled); err != nil {
				t.Fatal(err)
			}
			version := key + "/cryptoKeyVersions/1"
			got, err := client.AsymmetricSign(deadline(t), signRequest(spelled, version, payload))
			if err != nil {
				t.Fatal(err)
			}
			if got.GetName() != version || got.GetSignatureCrc32C().GetValue() != sum(got.GetSignature()) ||
				got.GetProtectionLevel() != kmspb.ProtectionLevel_SOFTWARE {
				t.Errorf("answer: %v", got)
			}
			if isData := spelled == "PQ_SIGN_ML_DSA_65"; got.GetVerifiedDataCrc32C() != isData || got.GetVerifiedDigestCrc32C() == isData {
				t.Errorf("verified flags: %v", got)
			}
			public, err := attest.ParsePKIX(publicPEM(t, client, version))
			if err != nil {
				t.Fatal(err)
			}
			if err := public.Verify(a, payload, got.GetSignature()); err != nil {
				t.Error(err)
			}
			if public.Verify(a, []byte("other"), got.GetSignature()) == nil {
				t.Error("the signature is also one of another payload")
			}
		})
	}
}

func TestAlgorithmThatBinaryAuthorizationCannotVerify(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	if err := api.AddKey(keyName, "EC_SIGN_ED25519"); err != nil {
		t.Fatal(err)
	}
	version := keyName + "/cryptoKeyVersions/1"
	got, err := client.AsymmetricSign(deadline(t), signRequest("EC_SIGN_ED25519", version, []byte("payload")))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(publicPEM(t, client, version)))
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if k, ok := public.(ed25519.PublicKey); !ok || !ed25519.Verify(k, []byte("payload"), got.GetSignature()) {
		t.Error("the signature does not verify")
	}
}

func TestSignRefuses(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	for id, algorithm := range map[string]string{"ec": "", "pq": "PQ_SIGN_ML_DSA_65"} {
		if err := api.AddKey(ringName+"/cryptoKeys/"+id, algorithm); err != nil {
			t.Fatal(err)
		}
	}
	ec, pq := ringName+"/cryptoKeys/ec/cryptoKeyVersions/1", ringName+"/cryptoKeys/pq/cryptoKeyVersions/1"
	wrongSum := signRequest("SHA256", ec, nil)
	wrongSum.DigestCrc32C.Value++
	wrongDataSum := signRequest("", pq, []byte("x"))
	wrongDataSum.DataCrc32C.Value++
	both := signRequest("SHA256", ec, nil)
	both.Data = []byte("x")
	short := signRequest("SHA256", ec, nil)
	short.Digest = &kmspb.Digest{Digest: &kmspb.Digest_Sha256{Sha256: []byte("x")}}
	for name, c := range map[string]struct {
		request *kmspb.AsymmetricSignRequest
		code    codes.Code
		word    string
	}{
		"wrong checksum":         {wrongSum, codes.InvalidArgument, "digest_crc32c"},
		"wrong checksum of data": {wrongDataSum, codes.InvalidArgument, "data_crc32c"},
		"digest and data":        {both, codes.InvalidArgument, "Only one"},
		"digest of another kind": {signRequest("SHA384", ec, nil), codes.InvalidArgument, "SHA-256"},
		"digest too short":       {short, codes.InvalidArgument, "32 bytes"},
		"data for EC":            {signRequest("", ec, []byte("x")), codes.InvalidArgument, "set digest"},
		"neither":                {&kmspb.AsymmetricSignRequest{Name: ec}, codes.InvalidArgument, "set digest"},
		"digest for ML-DSA":      {signRequest("SHA256", pq, nil), codes.InvalidArgument, "set data"},
		"no such version": {
			signRequest("SHA256", ringName+"/cryptoKeys/ec/cryptoKeyVersions/2", nil), codes.NotFound, "cryptoKeyVersions/2 not found",
		},
		"no such key":   {signRequest("SHA256", ringName+"/cryptoKeys/x/cryptoKeyVersions/1", nil), codes.NotFound, "not found"},
		"name of a key": {signRequest("SHA256", ringName+"/cryptoKeys/ec", nil), codes.InvalidArgument, "CryptoKeyVersion"},
		"number of the past life": {
			signRequest("SHA256", ringName+"/cryptoKeys/ec/cryptoKeyVersions/0", nil), codes.InvalidArgument, "CryptoKeyVersion",
		},
	} {
		_, err := client.AsymmetricSign(deadline(t), c.request)
		t.Log(name)
		want(t, err, c.code, c.word)
	}
	unchecked := signRequest("SHA256", ec, nil)
	unchecked.DigestCrc32C = nil
	if got, err := client.AsymmetricSign(deadline(t), unchecked); err != nil || got.GetVerifiedDigestCrc32C() {
		t.Errorf("without a checksum: %v, %v", got, err)
	}
}

func TestPublicKeyFormats(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	for id, algorithm := range map[string]string{"ec": "EC_SIGN_P256_SHA256", "pq": "PQ_SIGN_ML_DSA_65"} {
		if err := api.AddKey(ringName+"/cryptoKeys/"+id, algorithm); err != nil {
			t.Fatal(err)
		}
	}
	ec, pq := ringName+"/cryptoKeys/ec/cryptoKeyVersions/1", ringName+"/cryptoKeys/pq/cryptoKeyVersions/1"
	plain, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: ec})
	if err != nil || plain.GetPem() != publicPEM(t, client, ec) || plain.GetPemCrc32C().GetValue() != sum([]byte(plain.GetPem())) ||
		plain.GetPublicKey() != nil {
		t.Errorf("%v, %v", plain, err)
	}
	block, _ := pem.Decode([]byte(publicPEM(t, client, pq)))
	der, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: pq, PublicKeyFormat: kmspb.PublicKey_DER})
	if err != nil || string(der.GetPublicKey().GetData()) != string(block.Bytes) || der.GetPublicKeyFormat() != kmspb.PublicKey_DER {
		t.Errorf("%v, %v", der, err)
	}
	raw, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: pq, PublicKeyFormat: kmspb.PublicKey_NIST_PQC})
	if err != nil || !bytes.HasSuffix(block.Bytes, raw.GetPublicKey().GetData()) || len(raw.GetPublicKey().GetData()) != 1952 {
		t.Errorf("%v, %v", raw, err)
	}
	_, err = client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: pq})
	want(t, err, codes.InvalidArgument, "public_key_format")
	for name, format := range map[string]kmspb.PublicKey_PublicKeyFormat{
		ec: kmspb.PublicKey_NIST_PQC,
		pq: kmspb.PublicKey_XWING_RAW_BYTES,
	} {
		_, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: name, PublicKeyFormat: format})
		want(t, err, codes.InvalidArgument, format.String())
	}
}
