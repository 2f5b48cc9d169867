package admission_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

var sizes = []int{125, 250, 500, 1000}

// wide has n rules of one kind and n patterns, within the limit on attestors.
func wide(n int, scope admission.Scope) admission.Policy {
	p := admission.Policy{Default: require(built), Patterns: admission.SystemImages(), Rules: rules{scope: {}}}
	for i := range n {
		key := fmt.Sprintf("team-%d", i)
		if scope == admission.ScopeCluster {
			key = "us-east1." + key
		}
		r := deny
		if i < 100 {
			r = require(built)
		}
		p.Rules[scope][key] = r
		p.Patterns = append(p.Patterns, fmt.Sprintf("gcr.io/team-%d/*", i))
	}
	return p
}

// benchmark reports the time per rule, constant for a linear total.
func benchmark(b *testing.B, work func(p admission.Policy)) {
	b.Helper()
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := wide(n, admission.ScopeNamespace)
			for b.Loop() {
				work(p)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/rule")
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	benchmark(b, func(p admission.Policy) { p.Check() })
}

func BenchmarkLockouts(b *testing.B) {
	benchmark(b, func(p admission.Policy) { admission.Lockouts(p, keys) })
}

func BenchmarkWeakenings(b *testing.B) {
	benchmark(b, func(p admission.Policy) { admission.Weakenings(p, p) })
}

func BenchmarkWeakeningsFromAnotherKind(b *testing.B) {
	benchmark(b, func(p admission.Policy) { admission.Weakenings(wide(len(p.Patterns)-5, admission.ScopeCluster), p) })
}

func BenchmarkEvaluateKnown(b *testing.B) {
	benchmark(b, func(p admission.Policy) {
		p.Evaluate(admission.Request{Image: app, Namespace: "team-7"}, nil, vouched{built})
	})
}

func BenchmarkEvaluateUnknown(b *testing.B) {
	benchmark(b, func(p admission.Policy) { p.Evaluate(admission.Request{Image: app}, nil, vouched{built}) })
}
