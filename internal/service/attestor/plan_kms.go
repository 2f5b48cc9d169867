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

// planKMS plans the key that Cloud KMS has under a version. A version never changes, so what is known of it is not asked again, and what
// a plan looks up is what the apply will find. pkix beside it, as an import writes it, has to be the same key.
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

// keeps says that pkix is written and is what is there.
func (k *keyModel) keeps(pkix types.Object) bool {
	return !k.PKIX.IsNull() && !k.pem().IsUnknown() && !k.algorithm().IsUnknown() && !k.differs(pkix)
}

func anotherKey(version resname.KMSKeyVersion) string {
	return "pkix is not the key that Cloud KMS has as " + version.String() + ". Remove pkix, or kms_key_version."
}

// differs says that the key is another one for sure.
func (k *keyModel) differs(pkix types.Object) bool {
	held := keyModel{PKIX: pkix}
	return (!k.pem().IsUnknown() && !attest.EqualPEM(k.pem().ValueString(), held.pem().ValueString())) ||
		(!k.algorithm().IsUnknown() && !sameAlgorithm(k.algorithm().ValueString(), held.algorithm().ValueString()))
}

// lookUp is the key of a version; unknown where this plan cannot have it. A key that pkix keeps as it is may be of a version that is disabled or
// destroyed by now.
func (p *keyPlan) lookUp(ctx context.Context, version resname.KMSKeyVersion, at path.Path, kept bool) types.Object {
	pem, algorithm, err := fetch(ctx, p.clients, version)
	switch {
	case err == nil:
		return newPKIX(pem, algorithm)
	case kept && !gcp.IsKind(err, gcp.KindDenied, gcp.KindDisabled):
		p.diags.AddAttributeWarning(at, lifecycle.About("Cloud KMS key version not compared", version.String()), "The key stays as pkix has it. Cloud KMS does not show whether it is that version's: "+err.Error())
	default:
		guard.KeyNotRead(p.diags, at, version, err)
	}
	return types.ObjectUnknown(pkixType.AttrTypes)
}
