package attestor

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// keyPlan holds the inputs to complete planned keys.
type keyPlan struct {
	clients *gcp.Clients
	diags   *diag.Diagnostics
	prior   []keyModel
	trusted trustedKeys
}

// spot is the path of a key, and of its id.
type spot struct{ at, id path.Path }

func inList(i int) spot { return spot{keyPath(i), keyPath(i).AtName("id")} }

// complete computes the known parts of a key before the write.
func (p *keyPlan) complete(ctx context.Context, k *keyModel, at spot) {
	if !k.KMSKeyVersion.IsNull() {
		p.planKMS(ctx, k, at.at)
	}
	p.planID(k, at)
	k.Comment = orEmpty(k.Comment)
}

// planID computes a missing id. For a PGP text with several keys, the configuration can set an id
// only if it equals the one from the service.
func (p *keyPlan) planID(k *keyModel, at spot) {
	told := slices.IndexFunc(p.prior, k.samePGP)
	switch {
	case k.ID.IsNull():
		if k.ID = k.computedID(); k.ID.IsUnknown() && told >= 0 {
			k.ID = p.prior[told].ID
		}
	case !k.PGP.IsNull() && k.computedID().IsUnknown() && !k.armored().IsUnknown() && (told < 0 || !k.ID.Equal(p.prior[told].ID)):
		p.diags.AddAttributeError(at.id, "Invalid key id", "The PGP text has several keys. Remove id: Google "+
			"selects the key for the id.")
	}
}
