package gcp

import (
	"context"
	"fmt"
	"strings"
)

const (
	// hastyTries is for a call that others can stand in for: a list that gets can do without.
	hastyTries = 3
	// unreachableTries is for an address at which nobody ever answered: a few seconds' pauses, then it is a mistake.
	unreachableTries = 6
)

type hasty struct{}

// InHaste marks a context whose calls give up after a few failures for passing reasons. Quotas are waited for all the same:
// the calls that would stand in are counted by them too.
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

// over says that trying again makes no sense although there is time. Only what passes by itself is tried again.
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

// whereAmI is what to check when nobody answers.
func (c *Clients) whereAmI() string {
	if c.config.EmulatorHost != "" {
		return fmt.Sprintf("Nobody answers at %s. Is the emulator running there? See emulator_host and BINAUTHZ_EMULATOR_HOST.", c.config.EmulatorHost)
	}
	return "Nobody answers there. Check the network, proxies, universe_domain and custom endpoints."
}

// isUnreachable recognises a connection that never came about. gRPC and REST report it as text only.
func isUnreachable(message string) bool {
	for _, text := range []string{"Error while dialing", "connection refused", "no such host", "dial tcp", "handshake"} {
		if strings.Contains(message, text) {
			return true
		}
	}
	return false
}
