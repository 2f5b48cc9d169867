package bench_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// row is the result of one benchmark.
type row struct {
	name   string
	values map[string]float64
}

var (
	rows      []row
	notes     []string
	leftovers []string
)

// report passes figures to the testing package, for benchstat, and stores them for the table. They
// are medians: other load on the machine distorts a mean, not a median.
func report(b *testing.B, values map[string]float64) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	for unit, v := range values {
		b.ReportMetric(v, unit)
	}
	rows = append(rows, row{b.Name(), values})
}

// takeTurns runs all programs in turn, repeatedly.
func takeTurns[P any](b *testing.B, all map[string]*P, order []string, turn func(*P)) {
	b.Helper()
	for b.Loop() {
		for _, name := range order {
			if all[name] != nil {
				turn(all[name])
			}
		}
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range leftovers {
		_ = os.RemoveAll(dir)
	}
	fmt.Fprint(os.Stdout, table())
	os.Exit(code) //nolint:forbidigo // TestMain must exit with the code
}

// table returns the last figures of every benchmark as readable text.
func table() string {
	last := map[string]row{}
	var order []string
	for _, r := range rows {
		if _, seen := last[r.name]; !seen {
			order = append(order, r.name)
		}
		last[r.name] = r
	}
	var text strings.Builder
	for _, name := range order {
		fmt.Fprintf(&text, "# %s\n", strings.TrimPrefix(name, "Benchmark"))
		for _, unit := range slices.Sorted(maps.Keys(last[name].values)) {
			fmt.Fprintf(&text, "#   %10.2f %s\n", last[name].values[unit], unit)
		}
	}
	for _, n := range notes {
		fmt.Fprintf(&text, "# %s\n", n)
	}
	return text.String()
}

// median of a loop's measurements.
func median[T ~int64 | ~float64](samples []T) T {
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[len(sorted)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
