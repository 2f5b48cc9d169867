package faults_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestBlackHoles: a call without an answer costs one attempt, before and after the work was done.
func TestBlackHoles(t *testing.T) {
	t.Parallel()
	blackHoles(t, newWorld, append(append([]string{}, writes...), reads...))
}

func blackHoles(t *testing.T, create maker, methods []string) {
	t.Helper()
	usual := quietLife(t, create)
	for _, method := range methods {
		for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
			t.Run(method+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				untilStruck(t, method, func(options emulator.Options) int {
					w := create(t, options)
					w.live(t, map[string]any{"request_timeout": "400ms"}, func(p phase) {
						if usual[p.name][method] > 0 {
							w.inject(t, fault.Fault{Method: method, Kind: kind})
						}
					}, ignored)
					return w.struck()
				})
			})
		}
	}
}
