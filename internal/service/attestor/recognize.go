package attestor

import (
	"context"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// stored returns the etag of the attestor in the model, or "" if a read also has to ask Cloud KMS
// for a key.
func stored(ctx context.Context, c *change) string {
	var etag string
	if !held(ctx, c) || !c.Memory.Recall(ctx, memoryOfEtag, &etag) {
		return ""
	}
	return etag
}

func live(ctx context.Context, clients *gcp.Clients, id string) (string, error) {
	name, err := resname.ParseAttestor(id, "")
	if err != nil {
		return "", err
	}
	attestor, err := clients.Attestor(ctx, name)
	return attestor.GetEtag(), err
}

// plain reports whether no key expires, needs a lookup or causes a warning in every plan.
func plain(ctx context.Context, c *change) bool {
	return held(ctx, c) && (leavesKeys(ctx, c.Memory) || !slices.ContainsFunc(c.Model.keys(ctx, c.Diags), func(k keyModel) bool {
		return !k.PGP.IsNull() || slices.ContainsFunc(keyring([]keyModel{k}), isUseless)
	}))
}

// held reports whether all Cloud KMS keys equal the remembered ones, so that no read has to ask
// Cloud KMS.
func held(ctx context.Context, c *change) bool {
	if leavesKeys(ctx, c.Memory) {
		return true
	}
	trusted := recallKeys(ctx, c.Memory)
	return !slices.ContainsFunc(c.Model.keys(ctx, c.Diags), func(k keyModel) bool { return !k.KMSKeyVersion.IsNull() && !trusted.hold(&k) })
}

func isUseless(key attest.Key) bool {
	summary, _ := uselessness(key, time.Now())
	return summary != ""
}
