package attestor

import (
	"context"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// stored is the etag of the attestor that the model shows. A read of keys of Cloud KMS looks at more than the attestor.
func stored(ctx context.Context, c *change) string {
	var etag string
	if slices.ContainsFunc(c.Model.keys(ctx, c.Diags), fromKMS) || !c.Memory.Recall(ctx, memoryOfEtag, &etag) {
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
	return !slices.ContainsFunc(c.Model.keys(ctx, c.Diags), func(k keyModel) bool {
		return fromKMS(k) || !k.PGP.IsNull() || slices.ContainsFunc(keyring([]keyModel{k}), isUseless)
	})
}

func fromKMS(k keyModel) bool { return !k.KMSKeyVersion.IsNull() }

func isUseless(key attest.Key) bool {
	summary, _ := uselessness(key, time.Now())
	return summary != ""
}
