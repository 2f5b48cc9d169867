package attestor

import (
	"context"
	"fmt"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// soon is how long before its expiry a key is warned of.
const soon = 30 * 24 * time.Hour

// warnOfUselessKeys tells of keys that verify nothing, or soon will not. Every plan does: keys expire without a change.
func warnOfUselessKeys(ctx context.Context, c *change) {
	if _, known := configKeys(ctx, c.Model, c.Diags); !known {
		return
	}
	now := time.Now()
	for i, k := range c.Model.keys(ctx, c.Diags) {
		for _, key := range keyring([]keyModel{k}) {
			summary, detail := uselessness(key, now)
			if summary != "" {
				c.Diags.AddAttributeWarning(keyPath(i), lifecycle.About(summary, key.ID), detail)
			}
		}
	}
}

func uselessness(key attest.Key, now time.Time) (summary, detail string) {
	switch until, err := key.Usable(now); {
	case err != nil:
		return "Public key verifies nothing", "Key " + key.ID + " is as good as none: " + err.Error() + ". What was attested with it no longer counts."
	case !until.IsZero() && until.Sub(now) < soon:
		return "Public key expires soon", fmt.Sprintf("Key %s expires on %s. From then on it verifies nothing, and images that only it attested are refused where a policy requires the attestor. "+
			"Add another key and attest with it, or extend the key: gpg --quick-set-expire, and give the new export.", key.ID, until.UTC().Format(time.DateOnly))
	}
	return "", ""
}
