package gcp

import (
	"context"
	"fmt"
	"strings"
)

const (
	// hastyTries is the limit for an optional call, such as a list with single reads as fallback.
	hastyTries = 3
	// unreachableTries is the limit for an address without any answer so far: after some seconds,
	// the address is wrong.
	unreachableTries = 6
)

type hasty struct{}

// InHaste marks a context: its calls give up after a few transient errors. They still wait for
// quotas, because the fallback calls use the same quota.
func InHaste(ctx context.Context) context.Context { return context.WithValue(ctx, hasty{}, true) }

// patience counts the failures of one call.
type patience struct {
	at       line
	hasty    bool
	failures int
}

func newPatience(ctx context.Context, at line) *patience {
	return &patience{at: at, hasty: ctx.Value(hasty{}) != nil}
}

// over reports whether to give up before the time limit. Only errors of kind transient and quota are
// retried.
func (p *patience) over(failure *Error) bool {
	if failure.Kind != KindTransient {
		return failure.Kind != KindQuota
	}
	p.failures++
	if p.failures >= unreachableTries && !p.at.reached.Load() && isUnreachable(failure.Message) {
		failure.Remedy = p.at.nobody
		return true
	}
	return p.hasty && p.failures >= hastyTries
}

// whereAmI lists the settings to check if nothing answers.
func (c *Clients) whereAmI() string {
	if c.config.EmulatorHost != "" {
		return fmt.Sprintf("Nobody answers at %s. Is the emulator running there? See emulator_host and BINAUTHZ_EMULATOR_HOST.",
			c.config.EmulatorHost)
	}
	return "Nobody answers there. Check the network, proxies, universe_domain and custom endpoints."
}

// isUnreachable recognizes a failed connection. gRPC and REST report it only as text.
func isUnreachable(message string) bool {
	for _, text := range []string{"Error while dialing", "connection refused", "no such host", "dial tcp", "handshake"} {
		if strings.Contains(message, text) {
			return true
		}
	}
	return false
}
