package attestor

import (
	"context"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// stored is the etag of the attestor that the model shows. A read looks at more than the attestor while it is not known what Cloud KMS says
// of one of its keys.
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

// plain says that the keys neither expire, nor are looked up, nor are warned of in every plan.
func plain(ctx context.Context, c *change) bool {
	return held(ctx, c) && (leavesKeys(ctx, c.Memory) || !slices.ContainsFunc(c.Model.keys(ctx, c.Diags), func(k keyModel) bool {
		return !k.PGP.IsNull() || slices.ContainsFunc(keyring([]keyModel{k}), isUseless)
	}))
}

// held says that all keys of Cloud KMS are those that it has under their versions, as far as is remembered: nobody asks it again.
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
