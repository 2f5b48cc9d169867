package attestation

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// defaultLimit is long enough for the scan of a large image.
const defaultLimit = 20 * time.Minute

// limited returns a context with the configured time limit.
func limited(
	ctx context.Context, of func(context.Context, time.Duration) (time.Duration, diag.Diagnostics),
) (context.Context, context.CancelFunc, error) {
	limit, diags := of(ctx, defaultLimit)
	if diags.HasError() {
		return nil, nil, at("timeouts", fmt.Errorf("%s: %s", diags[0].Summary(), diags[0].Detail()))
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	return limited, cancel, nil
}
