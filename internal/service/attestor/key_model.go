package attestor

import (
	"slices"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// keyModel is one public key of an attestor. The user sets exactly one of KMSKeyVersion, PKIX and
// PGP.
type keyModel struct {
	ID            types.String `tfsdk:"id"`
	Comment       types.String `tfsdk:"comment"`
	KMSKeyVersion types.String `tfsdk:"kms_key_version"`
	PKIX          types.Object `tfsdk:"pkix"`
	PGP           types.Object `tfsdk:"pgp"`
}

// keyOf and object convert without reflection, because every plan converts every key several times.
func keyOf(o types.Object) keyModel {
	at := o.Attributes()
	var k keyModel
	k.ID, _ = at["id"].(types.String)
	k.Comment, _ = at["comment"].(types.String)
	k.KMSKeyVersion, _ = at["kms_key_version"].(types.String)
	k.PKIX, _ = at["pkix"].(types.Object)
	k.PGP, _ = at["pgp"].(types.Object)
	return k
}

func (k *keyModel) object() (types.Object, diag.Diagnostics) {
	return types.ObjectValue(keyType.AttrTypes, map[string]attr.Value{
		"id": k.ID, "comment": k.Comment, "kms_key_version": k.KMSKeyVersion, "pkix": k.PKIX, "pgp": k.PGP,
	})
}

var (
	pkixType = types.ObjectType{
		AttrTypes: map[string]attr.Type{"public_key_pem": types.StringType, "signature_algorithm": types.StringType},
	}
	pgpType = types.ObjectType{AttrTypes: map[string]attr.Type{"ascii_armored_public_key": types.StringType}}
	keyType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"id": types.StringType, "comment": types.StringType, "kms_key_version": types.StringType, "pkix": pkixType, "pgp": pgpType,
	}}
)

func newPKIX(pem, algorithm string) types.Object {
	return types.ObjectValueMust(pkixType.AttrTypes, map[string]attr.Value{
		"public_key_pem": types.StringValue(pem), "signature_algorithm": types.StringValue(algorithm),
	})
}

func newPGP(armored string) types.Object {
	return types.ObjectValueMust(pgpType.AttrTypes, map[string]attr.Value{"ascii_armored_public_key": types.StringValue(armored)})
}

// text returns a string attribute of a nested object; null if the object is null, unknown if it is
// unknown.
func text(o types.Object, name string) types.String {
	if o.IsUnknown() {
		return types.StringUnknown()
	}
	if s, ok := o.Attributes()[name].(basetypes.StringValue); ok {
		return s
	}
	return types.StringNull()
}

func (k *keyModel) pem() types.String       { return text(k.PKIX, "public_key_pem") }
func (k *keyModel) algorithm() types.String { return text(k.PKIX, "signature_algorithm") }
func (k *keyModel) armored() types.String   { return text(k.PGP, "ascii_armored_public_key") }

func (k *keyModel) toAPI() *binaryauthorizationpb.AttestorPublicKey {
	key := &binaryauthorizationpb.AttestorPublicKey{Comment: k.Comment.ValueString()}
	if !k.PGP.IsNull() {
		key.PublicKey = &binaryauthorizationpb.AttestorPublicKey_AsciiArmoredPgpPublicKey{
			AsciiArmoredPgpPublicKey: attest.Clean(k.armored().ValueString()),
		}
		return key
	}
	key.Id = k.ID.ValueString()
	algorithm := binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm_value[k.algorithm().ValueString()]
	key.PublicKey = &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
		PublicKeyPem:       attest.Clean(k.pem().ValueString()),
		SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_SignatureAlgorithm(algorithm),
	}}
	return key
}

// keysFromAPI converts the keys of an attestor, first in the order of known, then the rest. The
// order means nothing, because any key can verify an attestation.
func keysFromAPI(keys []*binaryauthorizationpb.AttestorPublicKey, known []keyModel) []keyModel {
	rest, models := slices.Clone(keys), []keyModel{}
	for _, k := range known {
		if i := slices.IndexFunc(rest, k.is); i >= 0 {
			models = append(models, keyFromAPI(rest[i], &k))
			rest = slices.Delete(rest, i, i+1)
		}
	}
	for _, key := range rest {
		models = append(models, keyFromAPI(key, nil))
	}
	return models
}

// is reports whether key has the id of the model. A model without an id compares the text.
func (k *keyModel) is(key *binaryauthorizationpb.AttestorPublicKey) bool {
	if !k.ID.IsNull() && !k.ID.IsUnknown() {
		return k.ID.ValueString() == key.GetId()
	}
	if pkix := key.GetPkixPublicKey(); pkix != nil {
		return attest.EqualPEM(k.pem().ValueString(), pkix.GetPublicKeyPem())
	}
	return attest.EqualPGP(k.armored().ValueString(), key.GetAsciiArmoredPgpPublicKey())
}

// keyFromAPI converts one key and keeps the spellings of known. An unconfigured key with the id of
// a Cloud KMS key version becomes a Cloud KMS key.
func keyFromAPI(key *binaryauthorizationpb.AttestorPublicKey, known *keyModel) keyModel {
	k := keyModel{
		ID: types.StringValue(key.GetId()), Comment: types.StringValue(key.GetComment()),
		PKIX: types.ObjectNull(pkixType.AttrTypes), PGP: types.ObjectNull(pgpType.AttrTypes),
	}
	if known == nil {
		if version, err := resname.ParseKMSKeyVersion(key.GetId()); err == nil {
			k.KMSKeyVersion = types.StringValue(version.String())
		}
		known = &keyModel{PKIX: k.PKIX, PGP: k.PGP}
	} else {
		k.KMSKeyVersion = known.KMSKeyVersion
	}
	if pkix := key.GetPkixPublicKey(); pkix != nil {
		k.PKIX = newPKIX(keep(known.pem(), pkix.GetPublicKeyPem(), attest.EqualPEM),
			keep(known.algorithm(), pkix.GetSignatureAlgorithm().String(), sameAlgorithm))
	}
	if armored := key.GetAsciiArmoredPgpPublicKey(); armored != "" {
		k.PGP = newPGP(keep(known.armored(), armored, attest.EqualPGP))
	}
	return k
}

// keep returns the known spelling if it means the same to the API.
func keep(known types.String, said string, same func(a, b string) bool) string {
	if !known.IsNull() && !known.IsUnknown() && same(known.ValueString(), said) {
		return known.ValueString()
	}
	return said
}

// sameAlgorithm compares algorithms in the spellings of Binary Authorization and Cloud KMS.
func sameAlgorithm(a, b string) bool {
	x, errX := attest.ParseAlgorithm(a)
	y, errY := attest.ParseAlgorithm(b)
	return errX == nil && errY == nil && x == y
}
