package faults_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// seeds is how many random lives are lived. The same seed is the same faults.
const seeds = 60

// TestRandomFaults: several faults at once, of any kind, at any method and call.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	randomFaults(t, newWorld, seeds, writes, reads)
}

func randomFaults(t *testing.T, create maker, seeds uint64, writes, reads []string) {
	t.Helper()
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			w := create(t, emulator.Options{})
			w.live(t, map[string]any{}, func(p phase) {
				for range 1 + random.IntN(5) {
					f := randomFault(t, random, writes, reads)
					t.Logf("%s: %s", p.name, f)
					w.inject(t, f)
				}
			}, ignored)
		})
	}
}

func randomFault(t *testing.T, random *rand.Rand, writes, reads []string) fault.Fault {
	t.Helper()
	methods, kinds := reads, readFaults
	if random.IntN(2) == 0 {
		methods, kinds = writes, writeFaults
	}
	f := parse(t, methods[random.IntN(len(methods))]+"="+kinds[random.IntN(len(kinds))])
	f.After = random.IntN(3)
	return f
}
