package cloudkms_test

import (
	"testing"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func TestUpdateKey(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	ctx := deadline(t)
	sent := &kmspb.CryptoKey{
		Name: keyName, Labels: map[string]string{"a": "b"},
		VersionTemplate: &kmspb.CryptoKeyVersionTemplate{Algorithm: kmspb.CryptoKeyVersion_EC_SIGN_P384_SHA384},
	}
	update := func(name string, paths ...string) (*kmspb.CryptoKey, error) {
		sent.Name = name
		return client.UpdateCryptoKey(ctx, &kmspb.UpdateCryptoKeyRequest{CryptoKey: sent, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths}})
	}
	k, err := update(keyName, "labels")
	if err != nil || k.GetLabels()["a"] != "b" || k.GetVersionTemplate().GetAlgorithm() != kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256 {
		t.Errorf("labels: %v, %v", k, err)
	}
	if _, err := update(keyName, "version_template.algorithm"); err != nil {
		t.Fatal(err)
	}
	v, err := client.CreateCryptoKeyVersion(ctx, &kmspb.CreateCryptoKeyVersionRequest{Parent: keyName})
	if err != nil || v.GetAlgorithm() != kmspb.CryptoKeyVersion_EC_SIGN_P384_SHA384 {
		t.Errorf("the next version: %v, %v", v, err)
	}
	_, err = update(keyName, "labels", "purpose")
	want(t, err, codes.InvalidArgument, "The field purpose of a CryptoKey cannot be updated.")
	_, err = update(keyName)
	want(t, err, codes.InvalidArgument, "update_mask is required")
	_, err = update(keyName+"x", "labels")
	want(t, err, codes.NotFound, "CryptoKey "+keyName+"x not found.")
	sent.VersionTemplate = nil
	_, err = update(keyName, "version_template")
	want(t, err, codes.InvalidArgument, "algorithm is required")
}
