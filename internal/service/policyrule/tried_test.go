package policyrule

import (
	"context"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// TestATrialRestarts: a trial goes on while the rule is the same and the policy exempts at least
// the same images. A trial in the state of an older release restarts, because its exemptions are
// unknown.
func TestATrialRestarts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		older  bool
		change func(*projectpolicy.Policy)
		goesOn bool
	}{
		"another write":    {goesOn: true},
		"another pattern":  {change: add("gcr.io/b/*"), goesOn: true},
		"pattern removed":  {change: patterns()},
		"pattern widened":  {change: patterns("gcr.io/a/**"), goesOn: true},
		"pattern narrowed": {change: patterns("gcr.io/a/b")},
		"system policy off": {change: func(p *projectpolicy.Policy) {
			p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
		}},
		"another rule": {change: func(p *projectpolicy.Policy) {
			p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_ALWAYS_DENY
		}},
		"another rule removed": {change: putProd(nil)},
		"older release":        {older: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			memory, began := inMemory(), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			remembered := func(p *projectpolicy.Policy, at time.Time) (got trial) {
				p.UpdateTime = timestamppb.New(at)
				rememberTrial(t.Context(), &change{Memory: memory, Diags: new(diag.Diagnostics)}, p, projectpolicy.Default)
				memory.Recall(t.Context(), memoryOfTrial, &got)
				return got
			}
			p := projectpolicy.GoogleDefault()
			p.DefaultAdmissionRule.EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
			patterns("gcr.io/a/*")(p)
			putProd(p.DefaultAdmissionRule)(p)
			first := remembered(p, began)
			if c.older {
				first.LeftOut = nil
				memory.Remember(t.Context(), memoryOfTrial, first)
			}
			if c.change != nil {
				c.change(p)
			}
			got := remembered(p, began.Add(time.Hour))
			if got.Since.Equal(began) != c.goesOn || got.LeftOut == nil || !got.LeftOut.Remains(p) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func putProd(rule *projectpolicy.Rule) func(*projectpolicy.Policy) {
	return func(p *projectpolicy.Policy) {
		projectpolicy.Target{Scope: admission.ScopeCluster, Key: "us-central1.prod"}.Put(p, rule)
	}
}

func add(pattern string) func(*projectpolicy.Policy) {
	return func(p *projectpolicy.Policy) { projectpolicy.AddPattern(p, pattern) }
}

func patterns(some ...string) func(*projectpolicy.Policy) {
	return func(p *projectpolicy.Policy) {
		p.AdmissionWhitelistPatterns = nil
		for _, pattern := range some {
			projectpolicy.AddPattern(p, pattern)
		}
	}
}

func inMemory() lifecycle.Memory {
	values := map[string][]byte{}
	return lifecycle.Memory{
		Get: func(_ context.Context, key string) ([]byte, diag.Diagnostics) { return values[key], nil },
		Set: func(_ context.Context, key string, value []byte) diag.Diagnostics {
			values[key] = value
			return nil
		},
	}
}
