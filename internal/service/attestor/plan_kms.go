package attestor

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// planKMS plans the Cloud KMS key of a version. A version never changes, so a known one is not read
// again, and the apply finds the planned key. A pkix next to it, such as from an import, must be
// the same key.
func (p *keyPlan) planKMS(ctx context.Context, k *keyModel, at path.Path) {
	held := types.ObjectUnknown(pkixType.AttrTypes)
	i := slices.IndexFunc(p.prior, func(o keyModel) bool { return sameKMSName(o.KMSKeyVersion, k.KMSKeyVersion) })
	version, err := resname.ParseKMSKeyVersion(k.KMSKeyVersion.ValueString())
	switch {
	case i >= 0 && p.trusted.hold(&p.prior[i]):
		held = p.prior[i].PKIX
	case err == nil && p.clients.Ready() == nil:
		held = p.lookUp(ctx, version, at.AtName("kms_key_version"), i >= 0 && k.keeps(p.prior[i].PKIX))
	}
	if k.PKIX.IsNull() {
		k.PKIX = held
		return
	}
	if !held.IsUnknown() && k.differs(held) {
		p.diags.AddAttributeError(at.AtName("pkix"), "Two public keys in one", anotherKey(version))
	}
}

// keeps reports whether the configuration has a pkix equal to the one in the state.
func (k *keyModel) keeps(pkix types.Object) bool {
	return !k.PKIX.IsNull() && !k.pem().IsUnknown() && !k.algorithm().IsUnknown() && !k.differs(pkix)
}

func anotherKey(version resname.KMSKeyVersion) string {
	return "pkix differs from the key in Cloud KMS, " + version.String() + ". Remove pkix, or kms_key_version."
}

// differs reports whether the key is certainly another one.
func (k *keyModel) differs(pkix types.Object) bool {
	held := keyModel{PKIX: pkix}
	return (!k.pem().IsUnknown() && !attest.EqualPEM(k.pem().ValueString(), held.pem().ValueString())) ||
		(!k.algorithm().IsUnknown() && !sameAlgorithm(k.algorithm().ValueString(), held.algorithm().ValueString()))
}

// lookUp returns the key of a version, or unknown. A key kept by its pkix may belong to a disabled
// or destroyed version.
func (p *keyPlan) lookUp(ctx context.Context, version resname.KMSKeyVersion, at path.Path, kept bool) types.Object {
	pem, algorithm, err := fetch(ctx, p.clients, version)
	switch {
	case err == nil:
		return newPKIX(pem, algorithm)
	case kept && !gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled):
		p.diags.AddAttributeWarning(at, lifecycle.About("Cloud KMS key version not compared", version.String()),
			"The key stays as written in pkix. The provider could not read the key in Cloud KMS to compare the two: "+err.Error())
	default:
		guard.KeyNotRead(p.diags, at, version, err)
	}
	return types.ObjectUnknown(pkixType.AttrTypes)
}
