package admission_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

const (
	built  = "projects/a/attestors/built"
	built2 = "projects/b/attestors/built"
)

var (
	allow      = admission.Rule{Evaluation: admission.AlwaysAllow, Enforcement: admission.Enforced}
	deny       = admission.Rule{Evaluation: admission.AlwaysDeny, Enforcement: admission.Enforced}
	denyDryRun = admission.Rule{Evaluation: admission.AlwaysDeny, Enforcement: admission.DryRun}
)

func require(attestors ...string) admission.Rule {
	return admission.Rule{Evaluation: admission.RequireAttestation, Enforcement: admission.Enforced, Attestors: attestors}
}

func dryRun(r admission.Rule) admission.Rule {
	r.Enforcement = admission.DryRun
	return r
}

type rules = map[admission.Scope]map[string]admission.Rule

func TestWhatTheAPIRefusesIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy admission.Policy
		want   []string // "path: part of the message"
	}{
		"nothing": {admission.Policy{}, []string{
			"default_admission_rule.evaluation_mode: must be ALWAYS_ALLOW", "default_admission_rule.enforcement_mode: must be ENFORCED",
		}},
		"two kinds": {admission.Policy{Default: allow, Rules: rules{
			admission.ScopeNamespace: {"n": allow}, admission.ScopeCluster: {"us-central1.prod": allow},
		}}, []string{
			"kubernetes_namespace_admission_rules: one kind of rules besides the default rule; this one has cluster_admission_rules",
		}},
		"attestors not wanted": {
			admission.Policy{
				Default: admission.Rule{Evaluation: admission.AlwaysDeny, Enforcement: admission.Enforced, Attestors: []string{built}},
			},
			[]string{"default_admission_rule.require_attestations_by: allowed only with the evaluation mode"},
		},
		"attestors missing": {
			admission.Policy{Default: require()}, []string{"default_admission_rule.require_attestations_by: at least one"},
		},
		"attestor names": {admission.Policy{
			Default: require("built", "a/built", built, "//binaryauthorization.googleapis.com/"+built2, built, "projects/a/notes/n"),
		}, []string{
			"default_admission_rule.require_attestations_by[0]: does not name the project",
			`default_admission_rule.require_attestations_by[1]: want "projects/a/attestors/built"`,
			`default_admission_rule.require_attestations_by[3]: want "projects/b/attestors/built"`,
			"default_admission_rule.require_attestations_by[4]: twice",
			"default_admission_rule.require_attestations_by[5]: not the name of an attestor",
		}},
		"patterns": {admission.Policy{Default: allow, Patterns: []string{"gcr.io/p/*", "gcr.io*", "gcr.io/p/*"}}, []string{
			"admission_whitelist_patterns[1]: after the registry", "admission_whitelist_patterns[2]: twice",
		}},
		"identity twice": {admission.Policy{Default: allow, Rules: rules{
			admission.ScopeIstioIdentity: {"d/ns/n/sa/s": allow, "spiffe://d/ns/n/sa/s": allow},
		}}, []string{`istio_service_identity_admission_rules["spiffe://d/ns/n/sa/s"]: the same identity`}},
		"too many": {admission.Policy{Default: require(many(201)...)}, []string{": at most 200 references to attestors; this one has 201"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectProblems(t, c.policy.Check(), c.want)
		})
	}
}

func many(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("projects/p/attestors/a%d", i))
	}
	return names
}

func expectProblems(t *testing.T, got []admission.Problem, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d: %v", len(got), len(want), got)
	}
	for i, p := range got {
		path, text, _ := strings.Cut(want[i], ": ")
		if p.Path.String() != path || !strings.Contains(p.Message, text) {
			t.Errorf("got %s: %s, want %s", p.Path, p.Message, want[i])
		}
	}
}

func TestKeysHaveTheDocumentedForms(t *testing.T) {
	t.Parallel()
	for scope, keys := range map[admission.Scope]struct{ good, bad []string }{
		admission.ScopeCluster: {
			[]string{"us-central1.prod", "us-central1-a.prod-2", "global.test-membership", "global.1-" + strings.Repeat("m", 61)},
			[]string{
				"", "prod", "us-central1.", ".prod", "us-central1/prod", "us-central1.prod.x", "us-central1.Prod", "us-central1.prod-",
				"projects/p/locations/l/clusters/c",
			},
		},
		admission.ScopeNamespace: {
			[]string{"some-namespace", "a.b", "team-1", "1"},
			[]string{"", "Team", "a_b", "a:b", "a/b", "a b"},
		},
		admission.ScopeServiceAccount: {
			[]string{"namespace:serviceaccount", "n-1:s.2"},
			[]string{"", "default", "n:", ":s", "n:s:t", "n/s", "N:s"},
		},
		admission.ScopeIstioIdentity: {
			[]string{"spiffe://example.com/ns/test-ns/sa/default", "example.com/ns/test-ns/sa/default"},
			[]string{
				"", "default", "example.com/ns/test-ns", "https://example.com/ns/n/sa/s", "spiffe:///ns/n/sa/s", "example.com/sa/s/ns/n",
				"example.com/ns/n/sa/s/", "e.com/x/ns/n/sa/s",
			},
		},
		admission.ScopeDefault: {[]string{""}, []string{"x"}},
	} {
		for _, key := range keys.good {
			if err := admission.CheckKey(scope, key); err != nil {
				t.Error(err)
			}
		}
		for _, key := range keys.bad {
			if err := admission.CheckKey(scope, key); err == nil {
				t.Errorf("%s takes %q", scope, key)
			}
		}
	}
}

func TestAPolicyAsDocumentedHasNoProblem(t *testing.T) {
	t.Parallel()
	p := admission.Policy{GlobalEvaluation: true, Patterns: admission.SystemImages(), Default: require(many(198)...), Rules: rules{
		admission.ScopeCluster: {"us-east1-a.prod-cluster": require(built, built2), "global.m": dryRun(deny)},
	}}
	expectProblems(t, p.Check(), nil)
}
