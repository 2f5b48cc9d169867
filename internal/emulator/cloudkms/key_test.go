package cloudkms_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func signing(algorithm kmspb.CryptoKeyVersion_CryptoKeyVersionAlgorithm) *kmspb.CryptoKey {
	return &kmspb.CryptoKey{
		Purpose:         kmspb.CryptoKey_ASYMMETRIC_SIGN,
		VersionTemplate: &kmspb.CryptoKeyVersionTemplate{Algorithm: algorithm},
		Labels:          map[string]string{"team": "ci"},
	}
}

func TestRingsAndKeys(t *testing.T) {
	t.Parallel()
	_, _, client := start(t)
	ctx := deadline(t)
	create := &kmspb.CreateKeyRingRequest{Parent: "projects/demo/locations/global", KeyRingId: "binauthz", KeyRing: &kmspb.KeyRing{}}
	ring, err := client.CreateKeyRing(ctx, create)
	if err != nil || ring.GetName() != ringName || ring.GetCreateTime() == nil {
		t.Fatalf("%v, %v", ring, err)
	}
	_, err = client.CreateKeyRing(ctx, create)
	want(t, err, codes.AlreadyExists, "KeyRing "+ringName+" already exists.")
	if got, err := client.GetKeyRing(ctx, &kmspb.GetKeyRingRequest{Name: ringName}); err != nil || got.GetName() != ringName {
		t.Errorf("%v, %v", got, err)
	}
	_, err = client.GetKeyRing(ctx, &kmspb.GetKeyRingRequest{Name: ringName + "x"})
	want(t, err, codes.NotFound, "KeyRing "+ringName+"x not found.")

	_, err = client.GetCryptoKey(ctx, &kmspb.GetCryptoKeyRequest{Name: keyName})
	want(t, err, codes.NotFound, "CryptoKey "+keyName+" not found.")
	add := &kmspb.CreateCryptoKeyRequest{
		Parent:      ringName,
		CryptoKeyId: "ci",
		CryptoKey:   signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256),
	}
	key, err := client.CreateCryptoKey(ctx, add)
	if err != nil || key.GetName() != keyName || key.GetPrimary() != nil || key.GetLabels()["team"] != "ci" ||
		key.GetVersionTemplate().GetProtectionLevel() != kmspb.ProtectionLevel_SOFTWARE ||
		key.GetDestroyScheduledDuration().AsDuration() != 720*time.Hour {
		t.Fatalf("%v, %v", key, err)
	}
	_, err = client.CreateCryptoKey(ctx, add)
	want(t, err, codes.AlreadyExists, "CryptoKey "+keyName+" already exists.")
	v, err := client.GetCryptoKeyVersion(ctx, &kmspb.GetCryptoKeyVersionRequest{Name: keyName + "/cryptoKeyVersions/1"})
	if err != nil || v.GetState() != kmspb.CryptoKeyVersion_ENABLED || v.GetAlgorithm() != kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256 {
		t.Errorf("%v, %v", v, err)
	}
}

func TestCreateKeyRefuses(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	decrypt := signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
	decrypt.Purpose = kmspb.CryptoKey_ASYMMETRIC_DECRYPT
	hsm := signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256)
	hsm.VersionTemplate.ProtectionLevel = kmspb.ProtectionLevel_HSM
	for name, c := range map[string]struct {
		parent, id string
		key        *kmspb.CryptoKey
		code       codes.Code
	}{
		"no ring": {ringName + "x", "k", signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256), codes.NotFound},
		"ring in another place": {
			"projects/demo/locations/us/keyRings/binauthz", "k", signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256), codes.NotFound,
		},
		"no id":                {ringName, "", signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256), codes.InvalidArgument},
		"bad id":               {ringName, "a.b", signing(kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256), codes.InvalidArgument},
		"no purpose":           {ringName, "k", &kmspb.CryptoKey{}, codes.InvalidArgument},
		"no algorithm":         {ringName, "k", signing(0), codes.InvalidArgument},
		"purpose does not fit": {ringName, "k", decrypt, codes.InvalidArgument},
		"encryption":           {ringName, "k", &kmspb.CryptoKey{Purpose: kmspb.CryptoKey_ENCRYPT_DECRYPT}, codes.Unimplemented},
		"other algorithm":      {ringName, "k", signing(kmspb.CryptoKeyVersion_EC_SIGN_SECP256K1_SHA256), codes.Unimplemented},
		"HSM":                  {ringName, "k", hsm, codes.Unimplemented},
	} {
		_, err := client.CreateCryptoKey(deadline(t), &kmspb.CreateCryptoKeyRequest{Parent: c.parent, CryptoKeyId: c.id, CryptoKey: c.key})
		t.Log(name)
		want(t, err, c.code)
	}
	for name, algorithm := range map[string]string{
		keyName:                    "RSA_SIGN_PSS_2048_SHA256",
		ringName:                   "",
		ringName + "/cryptoKeys/k": "ECDSA_P256_SHA256",
	} {
		if api.AddKey(name, algorithm) == nil {
			t.Errorf("AddKey(%q, %q) worked", name, algorithm)
		}
	}
}

// TestKeyNamedAgain starts an emulator with a rotated key.
func TestKeyNamedAgain(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	for range 2 {
		if err := api.AddKey(keyName, ""); err != nil {
			t.Fatal(err)
		}
	}
	pems := map[string]bool{}
	for _, number := range []string{"1", "2"} {
		key, err := client.GetPublicKey(deadline(t), &kmspb.GetPublicKeyRequest{Name: keyName + "/cryptoKeyVersions/" + number})
		if err != nil {
			t.Fatal(err)
		}
		pems[key.GetPem()] = true
	}
	if len(pems) != 2 {
		t.Error("both versions are the same key")
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	api, w, client := start(t)
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w.Clock = func() time.Time { return now }
	ctx, version := deadline(t), keyName+"/cryptoKeyVersions/1"
	set := func(to kmspb.CryptoKeyVersion_CryptoKeyVersionState, paths ...string) error {
		_, err := client.UpdateCryptoKeyVersion(ctx, &kmspb.UpdateCryptoKeyVersionRequest{
			CryptoKeyVersion: &kmspb.CryptoKeyVersion{Name: version, State: to}, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		return err
	}
	sign := func() error {
		_, err := client.AsymmetricSign(ctx, signRequest("SHA256", version, nil))
		return err
	}
	unusable := func(state string) {
		t.Helper()
		want(t, sign(), codes.FailedPrecondition, version+" is not enabled, current state is: "+state)
		_, err := client.GetPublicKey(ctx, &kmspb.GetPublicKeyRequest{Name: version})
		want(t, err, codes.FailedPrecondition, state)
	}
	before := publicPEM(t, client, version)
	want(t, set(kmspb.CryptoKeyVersion_DISABLED), codes.InvalidArgument, "update_mask")
	want(t, set(kmspb.CryptoKeyVersion_DESTROYED, "state"), codes.InvalidArgument, "DESTROYED")
	want(t, set(kmspb.CryptoKeyVersion_DISABLED, "state"), codes.OK)
	unusable("DISABLED")
	want(t, set(kmspb.CryptoKeyVersion_ENABLED, "state"), codes.OK)
	want(t, sign(), codes.OK)

	destroy := &kmspb.DestroyCryptoKeyVersionRequest{Name: version}
	v, err := client.DestroyCryptoKeyVersion(ctx, destroy)
	if err != nil || v.GetState() != kmspb.CryptoKeyVersion_DESTROY_SCHEDULED ||
		!v.GetDestroyTime().AsTime().Equal(now.Add(720*time.Hour)) {
		t.Errorf("%v, %v", v, err)
	}
	unusable("DESTROY_SCHEDULED")
	want(t, set(kmspb.CryptoKeyVersion_ENABLED, "state"), codes.FailedPrecondition, "DESTROY_SCHEDULED")
	_, err = client.DestroyCryptoKeyVersion(ctx, destroy)
	want(t, err, codes.FailedPrecondition)
	v, err = client.RestoreCryptoKeyVersion(ctx, &kmspb.RestoreCryptoKeyVersionRequest{Name: version})
	if err != nil || v.GetState() != kmspb.CryptoKeyVersion_DISABLED || v.GetDestroyTime() != nil {
		t.Errorf("%v, %v", v, err)
	}
	want(t, set(kmspb.CryptoKeyVersion_ENABLED, "state"), codes.OK)
	if publicPEM(t, client, version) != before {
		t.Error("the key pair changed")
	}
	_, err = client.DestroyCryptoKeyVersion(ctx, destroy)
	want(t, err, codes.OK)
	now = now.Add(720 * time.Hour)
	v, err = client.GetCryptoKeyVersion(ctx, &kmspb.GetCryptoKeyVersionRequest{Name: version})
	if err != nil || v.GetState() != kmspb.CryptoKeyVersion_DESTROYED || v.GetDestroyTime() != nil ||
		!v.GetDestroyEventTime().AsTime().Equal(now) {
		t.Errorf("%v, %v", v, err)
	}
	unusable("DESTROYED")
	_, err = client.RestoreCryptoKeyVersion(ctx, &kmspb.RestoreCryptoKeyVersionRequest{Name: version})
	want(t, err, codes.FailedPrecondition, "DESTROYED")
}

func TestVersionsHavePairsOfTheirOwn(t *testing.T) {
	t.Parallel()
	api, w, client := start(t)
	w.PageSize = 2
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	ctx := deadline(t)
	for range 11 {
		if _, err := client.CreateCryptoKeyVersion(ctx, &kmspb.CreateCryptoKeyVersionRequest{Parent: keyName}); err != nil {
			t.Fatal(err)
		}
	}
	disabled, err := client.CreateCryptoKeyVersion(ctx, &kmspb.CreateCryptoKeyVersionRequest{
		Parent:           keyName,
		CryptoKeyVersion: &kmspb.CryptoKeyVersion{State: kmspb.CryptoKeyVersion_DISABLED},
	})
	if err != nil || disabled.GetState() != kmspb.CryptoKeyVersion_DISABLED {
		t.Errorf("%v, %v", disabled, err)
	}
	_, err = client.CreateCryptoKeyVersion(ctx, &kmspb.CreateCryptoKeyVersionRequest{
		Parent:           keyName,
		CryptoKeyVersion: &kmspb.CryptoKeyVersion{State: kmspb.CryptoKeyVersion_DESTROYED},
	})
	want(t, err, codes.InvalidArgument)
	var names []string
	for v, err := range client.ListCryptoKeyVersions(ctx, &kmspb.ListCryptoKeyVersionsRequest{Parent: keyName}).All() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, v.GetName())
	}
	if len(names) != 13 || names[1] != keyName+"/cryptoKeyVersions/2" || names[12] != disabled.GetName() {
		t.Errorf("versions: %q", names)
	}
	if publicPEM(t, client, names[0]) == publicPEM(t, client, names[1]) {
		t.Error("two versions have the same key pair")
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	api, w, client := start(t)
	w.PageSize = 1
	for _, id := range []string{"b", "a", "c"} {
		if err := api.AddKey(ringName+"/cryptoKeys/"+id, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := api.AddKey("projects/demo/locations/global/keyRings/binauthz2/cryptoKeys/d", ""); err != nil {
		t.Fatal(err)
	}
	ctx := deadline(t)
	var ids []string
	keys := client.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: ringName})
	for k, err := range keys.All() {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, k.GetName()[len(k.GetName())-1:])
	}
	if !slices.Equal(ids, []string{"a", "b", "c"}) {
		t.Errorf("keys: %q", ids)
	}
	rings := 0
	global := "projects/" + w.ProjectNumber("demo") + "/locations/global"
	for _, err := range client.ListKeyRings(ctx, &kmspb.ListKeyRingsRequest{Parent: global}).All() {
		if err != nil {
			t.Fatal(err)
		}
		rings++
	}
	if rings != 2 {
		t.Errorf("%d rings", rings)
	}
	_, err := client.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: ringName + "x"}).Next()
	want(t, err, codes.NotFound)
	_, err = client.ListKeyRings(ctx, &kmspb.ListKeyRingsRequest{Parent: "projects/demo/locations/us"}).Next()
	if !errors.Is(err, iterator.Done) {
		t.Errorf("a location without rings: %v", err)
	}
}

func TestOwns(t *testing.T) {
	t.Parallel()
	api, w, _ := start(t)
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	for resource, want := range map[string][2]bool{
		ringName:       {true, true},
		keyName:        {true, true},
		keyName + "x":  {false, true},
		ringName + "x": {false, true},
		"projects/" + w.ProjectNumber("demo") + keyName[len("projects/demo"):]: {true, true},
		keyName + "/cryptoKeyVersions/1":                                       {false, false},
		"projects/demo/attestors/a":                                            {false, false},
	} {
		exists, known := api.Owns(resource)
		if exists != want[0] || known != want[1] || api.Exists(resource) != want[0] {
			t.Errorf("%s: %v, %v", resource, exists, known)
		}
	}
}
