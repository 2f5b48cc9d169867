package faults_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// A connection that takes a call and never answers costs one attempt, before and after the work was done.
func TestBlackHoles(t *testing.T) {
	t.Parallel()
	usual := quietLife(t)
	for _, method := range append(append([]string{}, writes...), reads...) {
		for _, kind := range []fault.Kind{fault.Hang, fault.After(fault.Hang)} {
			t.Run(method+" "+string(kind), func(t *testing.T) {
				t.Parallel()
				options := emulator.Options{}
				if method == "ListOperations" {
					options.OperationTime = 20 * operationTime
				}
				w := newWorld(t, options)
				w.live(t, map[string]any{"request_timeout": "400ms"}, func(p phase) {
					if usual[p.name][method] > 0 {
						w.inject(t, fault.Fault{Method: method, Kind: kind})
					}
				}, ignored)
				if w.struck() == 0 {
					t.Error("the fault never struck")
				}
			})
		}
	}
}
