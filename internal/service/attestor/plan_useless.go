package attestor

import (
	"context"
	"fmt"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// soon is the time before an expiry when the warnings start.
const soon = 30 * 24 * time.Hour

// warnOfUselessKeys warns about keys that verify nothing, now or soon. Every plan checks this,
// because keys expire without a change.
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
		return "Public key verifies nothing", "Key " + key.ID + " is unusable: " + err.Error() +
			". Its attestations no longer count."
	case !until.IsZero() && until.Sub(now) < soon:
		return "Public key expires soon", fmt.Sprintf(
			"Key %s expires on %s. It then verifies nothing, and a policy that requires the attestor refuses "+
				"images without another attestation. Add another key and attest with it, or extend the key with gpg "+
				"--quick-set-expire and replace the text with the new export.", key.ID, until.UTC().Format(time.DateOnly))
	}
	return "", ""
}
