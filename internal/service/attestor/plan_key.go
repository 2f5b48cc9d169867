package attestor

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// keyPlan is what is at hand to complete planned keys.
type keyPlan struct {
	clients *gcp.Clients
	diags   *diag.Diagnostics
	prior   []keyModel
	trusted trustedKeys
}

// spot is where a key is written, and where its id is.
type spot struct{ at, id path.Path }

func inList(i int) spot { return spot{keyPath(i), keyPath(i).AtName("id")} }

// complete computes what can be known of a key before it is written.
func (p *keyPlan) complete(ctx context.Context, k *keyModel, at spot) {
	if !k.KMSKeyVersion.IsNull() {
		p.planKMS(ctx, k, at.at)
	}
	p.planID(k, at)
	k.Comment = orEmpty(k.Comment)
}

// planID computes the id of a key that is given none. The id of a PGP text with several keys can be given only once the service has told it.
func (p *keyPlan) planID(k *keyModel, at spot) {
	told := slices.IndexFunc(p.prior, k.samePGP)
	switch {
	case k.ID.IsNull():
		if k.ID = k.computedID(); k.ID.IsUnknown() && told >= 0 {
			k.ID = p.prior[told].ID
		}
	case !k.PGP.IsNull() && k.computedID().IsUnknown() && !k.armored().IsUnknown() && (told < 0 || !k.ID.Equal(p.prior[told].ID)):
		p.diags.AddAttributeError(at.id, "Invalid key id", "The PGP text has several keys, of which the service says which one gives the id. Remove it.")
	}
}
