package attestor

import (
	"context"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"
)

func testKey(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../attest/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestModelRoundTrip: every model is equal after a conversion to the API and back.
func TestModelRoundTrip(t *testing.T) {
	t.Parallel()
	pem, armored := testKey(t, "p256.pem"), testKey(t, "pgp_rsa.asc")
	rapid.Check(t, func(t *rapid.T) {
		ctx, diags := context.Background(), &diag.Diagnostics{}
		want := model{
			ID: types.StringValue("projects/p/attestors/a"), Project: types.StringValue("p"), Name: types.StringValue("a"),
			Description: someText(t, "description"),
			Note: types.StringValue(rapid.SampledFrom([]string{
				"n", "projects/p/notes/n",
				"projects/q/notes/n",
			}).Draw(t, "note")),
			DelegationServiceAccountEmail: types.StringValue(""), UpdateTime: types.StringNull(),
		}
		want.setKeys(someKeys(t, rapid.IntRange(0, 3).Draw(t, "keys"), pem, armored), diags)
		got := want
		if err := got.fromAPI(ctx, want.toAPI(ctx, diags), diags); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		if !got.ID.Equal(want.ID) || !got.Note.Equal(want.Note) || !got.Description.Equal(want.Description) ||
			!got.PublicKeys.Equal(want.PublicKeys) {
			t.Fatalf("%+v came back as %+v", want, got)
		}
	})
}

func someText(t *rapid.T, label string) types.String {
	return types.StringValue(rapid.StringN(0, 20, -1).Draw(t, label))
}

func someKeys(t *rapid.T, n int, pem, armored string) []keyModel {
	keys := []keyModel{}
	for i := range n {
		k := keyModel{
			ID:      types.StringValue("k:" + string(rune('a'+i))),
			Comment: someText(t, "comment"),
			PKIX:    types.ObjectNull(pkixType.AttrTypes),
			PGP:     types.ObjectNull(pgpType.AttrTypes),
		}
		switch rapid.IntRange(0, 1).Draw(t, "kind") {
		case 0:
			k.PKIX = newPKIX(pem+rapid.SampledFrom([]string{"", "\n", "\r\n"}).Draw(t, "end"),
				rapid.SampledFrom([]string{"ECDSA_P256_SHA256", "EC_SIGN_P256_SHA256"}).Draw(t, "algorithm"))
		case 1:
			// The service computes the id of a PGP key, so the model has no id before the request.
			k.ID, k.PGP = types.StringValue(""), newPGP(armored)
		}
		keys = append(keys, k)
	}
	return keys
}

// TestModelTakesNullForEmpty: null and empty mean the same to the API, and are read as empty. A
// conversion never returns unknown.
func TestModelTakesNullForEmpty(t *testing.T) {
	t.Parallel()
	ctx, diags := context.Background(), &diag.Diagnostics{}
	empty := types.ListValueMust(keyType, nil)
	for name, c := range map[string]struct {
		before types.String
		keys   types.List
	}{
		"null":    {types.StringNull(), types.ListNull(keyType)},
		"empty":   {types.StringValue(""), empty},
		"unknown": {types.StringUnknown(), types.ListUnknown(keyType)},
	} {
		m := model{
			Project:     types.StringValue("p"),
			Name:        types.StringValue("a"),
			Note:        types.StringValue("n"),
			Description: c.before,
			PublicKeys:  c.keys,
		}
		sent := model{
			Project:    types.StringValue("p"),
			Name:       types.StringValue("a"),
			Note:       types.StringValue("n"),
			PublicKeys: types.ListNull(keyType),
		}
		if err := m.fromAPI(ctx, sent.toAPI(ctx, diags), diags); err != nil || diags.HasError() {
			t.Fatal(err, diags)
		}
		if !m.Description.Equal(types.StringValue("")) || !m.PublicKeys.Equal(empty) {
			t.Errorf("%s became description %s and keys %s", name, m.Description, m.PublicKeys)
		}
	}
}
