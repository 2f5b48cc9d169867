package cloudkms_test

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/api/iterator"
	"google.golang.org/grpc/codes"
)

// TestFilters lists versions 1 to 4 of one key; 2 and 4 are disabled.
func TestFilters(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	ctx := deadline(t)
	if err := api.AddKey(keyName, ""); err != nil {
		t.Fatal(err)
	}
	for i := 2; i <= 4; i++ {
		state := []kmspb.CryptoKeyVersion_CryptoKeyVersionState{kmspb.CryptoKeyVersion_DISABLED, kmspb.CryptoKeyVersion_ENABLED}[i%2]
		add := &kmspb.CreateCryptoKeyVersionRequest{Parent: keyName, CryptoKeyVersion: &kmspb.CryptoKeyVersion{State: state}}
		if _, err := client.CreateCryptoKeyVersion(ctx, add); err != nil {
			t.Fatal(err)
		}
	}
	const two = `"` + keyName + `/cryptoKeyVersions/2"`
	for filter, want := range map[string]string{
		"":                  "1234",
		"state=ENABLED":     "13",
		`state = "ENABLED"`: "13",
		"state!=ENABLED":    "24",
		"-state=ENABLED":    "24",
		"NOT state=ENABLED": "24",
		"state:enab":        "13",
		"state=ENABLED algorithm=EC_SIGN_P256_SHA256":          "13",
		"state=ENABLED AND algorithm=RSA_SIGN_PSS_2048_SHA256": "",
		"name=" + two:                                            "2",
		"name:CryptoKeyVersions/3":                               "3",
		"state=ENABLED OR name=" + two:                           "123",
		"state=DISABLED AND name=" + two + " OR state=ENABLED":   "2",
		"state=DISABLED (name=" + two + " OR state=ENABLED)":     "2",
		"(state=DISABLED AND name=" + two + ") OR state=ENABLED": "123",
		"name>" + two:                                     "34",
		"name<=" + two:                                    "12",
		"name=>" + two:                                    "234",
		"name>=" + two:                                    "234",
		`createTime > "2001-02-03T04:05:06Z"`:             "1234",
		"create_time < 2001-02-03T04:05:06Z":              "",
		`protectionLevel = SOFTWARE`:                      "1234",
		"attestation.format=X":                            "",
		"externalProtectionLevelOptions.externalKeyUri=x": "",
	} {
		got := ""
		for v, err := range client.ListCryptoKeyVersions(ctx, &kmspb.ListCryptoKeyVersionsRequest{Parent: keyName, Filter: filter}).All() {
			if err != nil {
				t.Errorf("%s: %v", filter, err)
				break
			}
			got += v.GetName()[len(v.GetName())-1:]
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", filter, got, want)
		}
	}
	for _, filter := range []string{
		"state", "state=", "=ENABLED", "nothing=1", "state.x=1", "attestation=1", "state=ENABLED AND",
		"OR state=ENABLED", "(state=ENABLED", "state=ENABLED)", "NOT", `state="EN`, "state ~ x", strings.Repeat("(", 20_000),
	} {
		_, err := client.ListCryptoKeyVersions(ctx, &kmspb.ListCryptoKeyVersionsRequest{Parent: keyName, Filter: filter}).Next()
		want(t, err, codes.InvalidArgument, "filter")
	}
}

func TestListsInOrder(t *testing.T) {
	t.Parallel()
	api, _, client := start(t)
	ctx := deadline(t)
	for i := range 3 {
		if err := api.AddKey(fmt.Sprintf("%s%d", keyName, i), ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.CreateCryptoKey(ctx, &kmspb.CreateCryptoKeyRequest{Parent: ringName, CryptoKeyId: "zz", CryptoKey: &kmspb.CryptoKey{
		Purpose: kmspb.CryptoKey_ASYMMETRIC_SIGN, Labels: map[string]string{"team": "alpha"},
		VersionTemplate: &kmspb.CryptoKeyVersionTemplate{Algorithm: kmspb.CryptoKeyVersion_EC_SIGN_P256_SHA256},
	}}); err != nil {
		t.Fatal(err)
	}
	list := func(filter, order string) (names string, total int32, err error) {
		all := client.ListCryptoKeys(ctx, &kmspb.ListCryptoKeysRequest{Parent: ringName, Filter: filter, OrderBy: order})
		for {
			k, err := all.Next()
			if err == iterator.Done { //nolint:errorlint // the iterator documents it
				return names, all.Response.(*kmspb.ListCryptoKeysResponse).GetTotalSize(), nil
			}
			if err != nil {
				return names, 0, err
			}
			names += k.GetName()[len(k.GetName())-1:]
		}
	}
	for _, c := range []struct {
		filter, order, names string
		total                int32
	}{
		{"", "", "012z", 4},
		{"", "name", "012z", 4},
		{"", " name  desc ", "z210", 4},
		{"labels.team=alpha", "", "z", 0},
		{"labels.team!=alpha", "name desc", "210", 0},
		{"versionTemplate.algorithm=EC_SIGN_P256_SHA256 purpose=ASYMMETRIC_SIGN", "", "012z", 0},
		{"primary.algorithm=EC_SIGN_P256_SHA256", "", "", 0},
	} {
		if names, total, err := list(c.filter, c.order); err != nil || names != c.names || total != c.total {
			t.Errorf("%+v: %q, %d, %v", c, names, total, err)
		}
	}
	_, _, err := list("", "createTime")
	want(t, err, codes.InvalidArgument, "order_by")
	_, _, err = list("labels=1", "")
	want(t, err, codes.InvalidArgument, "labels")
	rings := client.ListKeyRings(ctx, &kmspb.ListKeyRingsRequest{Parent: "projects/demo/locations/global", Filter: "name:nothing"})
	if _, err := rings.Next(); err != iterator.Done { //nolint:errorlint // as above
		t.Errorf("a ring is found: %v", err)
	}
	empty := client.ListKeyRings(ctx, &kmspb.ListKeyRingsRequest{Parent: "projects/empty/locations/global", Filter: "nothing=1"})
	_, err = empty.Next()
	want(t, err, codes.InvalidArgument, "nothing")
	_, _, err = list("name:none AND nothing=1", "")
	want(t, err, codes.InvalidArgument, "nothing")
}
