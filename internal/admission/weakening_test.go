package admission_test

import (
	"slices"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func clusters(def admission.Rule, prod ...admission.Rule) admission.Policy {
	p := admission.Policy{Default: def}
	if len(prod) > 0 {
		p.Rules = rules{admission.ScopeCluster: {"us-east1.prod": prod[0]}}
	}
	return p
}

func allowing(def admission.Rule, patterns ...string) admission.Policy {
	return admission.Policy{Default: def, Patterns: patterns}
}

const prod = `cluster_admission_rules["us-east1.prod"]`

func TestWeakeningsAreNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after admission.Policy
		want          []string
	}{
		"nothing": {clusters(deny), clusters(deny), nil},
		"to dry run": {
			clusters(deny), clusters(denyDryRun), []string{"ENFORCEMENT_TO_DRY_RUN default_admission_rule.enforcement_mode"},
		},
		"to enforced": {clusters(denyDryRun), clusters(deny), nil},
		"to allow": {
			clusters(deny), clusters(allow), []string{"EVALUATION_TO_ALWAYS_ALLOW default_admission_rule.evaluation_mode"},
		},
		"dry run to allow": {
			clusters(denyDryRun), clusters(allow), []string{"EVALUATION_TO_ALWAYS_ALLOW default_admission_rule.evaluation_mode"},
		},
		"allow to dry run": {clusters(allow), clusters(denyDryRun), nil},
		"deny to attested": {
			clusters(deny), clusters(require(built)), []string{"EVALUATION_TO_REQUIRE_ATTESTATION default_admission_rule.evaluation_mode"},
		},
		"attested to deny": {clusters(require(built)), clusters(deny), nil},
		"attestor removed": {
			clusters(require(built, built2)), clusters(require(built)),
			[]string{"ATTESTOR_REMOVED default_admission_rule.require_attestations_by " + built2},
		},
		"attestor added":         {clusters(require(built)), clusters(require(built, built2)), nil},
		"attestors in new order": {clusters(require(built, built2)), clusters(require(built2, built)), nil},
		"the same name elsewhere": {
			clusters(require(built)), clusters(require(built2)),
			[]string{"ATTESTOR_REMOVED default_admission_rule.require_attestations_by " + built},
		},
		"two at once": {clusters(require(built, built2)), clusters(dryRun(require(built))), []string{
			"ENFORCEMENT_TO_DRY_RUN default_admission_rule.enforcement_mode",
			"ATTESTOR_REMOVED default_admission_rule.require_attestations_by " + built2,
		}},
		"rule removed, default weaker":      {clusters(allow, deny), clusters(allow), []string{"RULE_REMOVED " + prod}},
		"rule removed, default as strict":   {clusters(deny, require(built)), clusters(deny), nil},
		"rule removed, default as before":   {clusters(deny, deny), clusters(deny), nil},
		"rule removed, default made strict": {clusters(allow, deny), clusters(deny), nil},
		"weaker rule added": {
			clusters(deny), clusters(deny, allow), []string{"EVALUATION_TO_ALWAYS_ALLOW " + prod + ".evaluation_mode"},
		},
		"stricter rule added": {clusters(allow), clusters(allow, deny), nil},
		"default weaker under a rule": {
			clusters(deny, deny), clusters(allow, deny), []string{"EVALUATION_TO_ALWAYS_ALLOW default_admission_rule.evaluation_mode"},
		},
		"another kind of rules": {
			clusters(allow, deny), only(admission.ScopeNamespace, deny, allow), []string{"RULE_REMOVED " + prod},
		},
		"another kind, weaker in part": {clusters(deny, deny), only(admission.ScopeNamespace, allow, deny), []string{
			"RULE_REMOVED " + prod, `EVALUATION_TO_ALWAYS_ALLOW kubernetes_namespace_admission_rules["shop"].evaluation_mode`,
		}},
		"an account's rule becomes its namespace's": {
			only(admission.ScopeServiceAccount, deny, allow), only(admission.ScopeNamespace, deny, allow), nil,
		},
		"a namespace's rule becomes an account's": {
			only(admission.ScopeNamespace, deny, allow),
			only(admission.ScopeServiceAccount, deny, allow),
			[]string{
				`RULE_REMOVED kubernetes_namespace_admission_rules["shop"]`,
			},
		},
		"spiffe:// dropped": {only(admission.ScopeIstioIdentity, deny, allow), admission.Policy{Default: allow, Rules: rules{
			admission.ScopeIstioIdentity: {"d/ns/shop/sa/till": deny},
		}}, nil},
		"pattern added": {
			allowing(deny), allowing(deny, "gcr.io/p/*"), []string{"PATTERN_ADDED admission_whitelist_patterns[0]"},
		},
		"pattern added, nothing to exempt from": {allowing(allow), allowing(deny, "gcr.io/p/*"), nil},
		"pattern widened": {
			allowing(deny, "gcr.io/p/a:*"), allowing(deny, "gcr.io/p/*"), []string{"PATTERN_WIDENED admission_whitelist_patterns[0]"},
		},
		"pattern widened to subfolders": {
			allowing(deny, "gcr.io/p/*"), allowing(deny, "gcr.io/p/**"), []string{"PATTERN_WIDENED admission_whitelist_patterns[0]"},
		},
		"pattern narrowed": {allowing(deny, "gcr.io/p/**"), allowing(deny, "gcr.io/p/*", "gcr.io/p/a/b"), nil},
		"pattern removed":  {allowing(deny, "gcr.io/p/**"), allowing(deny), nil},
		"global enabled": {
			admission.Policy{Default: deny}, global, []string{"GLOBAL_POLICY_ENABLED global_policy_evaluation_mode"},
		},
		"global disabled":             {global, admission.Policy{Default: deny}, nil},
		"global enabled, all allowed": {admission.Policy{Default: allow}, global, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := named(t, admission.Weakenings(c.before, c.after)); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func named(t *testing.T, found []admission.Weakening) (names []string) {
	t.Helper()
	for _, w := range found {
		name := w.Code + " " + w.Path.String()
		if w.Path.Value != "" && w.Path.Index < 0 {
			name += " " + w.Path.Value
		}
		if w.Message == "" || w.Message[len(w.Message)-1] != '.' {
			t.Errorf("%s has the message %q", name, w.Message)
		}
		names = append(names, name)
	}
	return names
}
