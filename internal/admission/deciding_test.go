package admission_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func TestWhichRulesDecide(t *testing.T) {
	t.Parallel()
	const def, identity = "default_admission_rule", `istio_service_identity_admission_rules["spiffe://d/ns/shop/sa/till"]`
	const account = `kubernetes_service_account_admission_rules["shop:till"]`
	maybe := []string{identity, def}
	keyed := func(scope admission.Scope) admission.Policy {
		return admission.Policy{Default: deny, Rules: rules{scope: {byKind[scope]: allow, "elsewhere": allow}}}
	}
	for name, c := range map[string]struct {
		policy  admission.Policy
		request admission.Request
		want    []string
	}{
		"no rules":           {admission.Policy{}, everyone, []string{def}},
		"a cluster's":        {keyed(admission.ScopeCluster), admission.Request{Cluster: "us-east1.prod"}, []string{prod}},
		"another cluster":    {keyed(admission.ScopeCluster), admission.Request{Cluster: "us-east1.dev"}, []string{def}},
		"an account's":       {keyed(admission.ScopeServiceAccount), everyone, []string{account}},
		"an identity's":      {keyed(admission.ScopeIstioIdentity), everyone, []string{identity}},
		"identity not known": {keyed(admission.ScopeIstioIdentity), admission.Request{Namespace: "shop", ServiceAccount: "till"}, maybe},
		"another identity": {
			keyed(admission.ScopeIstioIdentity), admission.Request{Namespace: "shop", ServiceAccount: "x"}, []string{def},
		},
		"nothing known": {
			keyed(admission.ScopeNamespace),
			admission.Request{},
			[]string{`kubernetes_namespace_admission_rules["elsewhere"]`, `kubernetes_namespace_admission_rules["shop"]`, def},
		},
	} {
		var got []string
		for _, path := range c.policy.Deciding(c.request) {
			got = append(got, path.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatARuleCovers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tried, next admission.Rule
		want        bool
	}{
		"the same":           {require(built), require(built), true},
		"another order":      {require(built, built2), require(built2, built), true},
		"fewer attestors":    {require(built, built2), require(built), true},
		"more attestors":     {require(built), require(built, built2), false},
		"another attestor":   {require(built), require(built2), false},
		"deny before":        {deny, require(built), true},
		"deny before, after": {deny, deny, true},
		"deny after":         {require(built), deny, false},
		"allow after":        {require(built), allow, true},
		"allow before":       {allow, require(built), false},
		"allow, allow":       {allow, allow, true},
	} {
		if got := c.tried.Covers(c.next); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
		if c.tried.Asks() == (c.tried.Evaluation == admission.AlwaysAllow) {
			t.Errorf("%s: asks %t", name, c.tried.Asks())
		}
	}
}

func TestExempts(t *testing.T) {
	t.Parallel()
	patterns := []string{"gcr.io/acme/*", "us-docker.pkg.dev/demo/**"}
	for image, want := range map[string]bool{
		"gcr.io/acme/app:1": true, "gcr.io/acme/sub/app:1": false, "us-docker.pkg.dev/demo/a/b" + digest: true, "": false,
	} {
		if got := admission.Exempts(patterns, image); got != want {
			t.Errorf("%q: %t", image, got)
		}
	}
}

// TestChangesOfRules: every workload is in a change, for all kinds of rules in the two policies.
func TestChangesOfRules(t *testing.T) {
	t.Parallel()
	scoped := func(scope admission.Scope, keys ...string) admission.Policy {
		p := admission.Policy{Default: allow, Rules: rules{scope: {}}}
		for _, key := range keys {
			p.Rules[scope][key] = deny
		}
		return p
	}
	const c, n, i = "cluster_admission_rules", "kubernetes_namespace_admission_rules", "istio_service_identity_admission_rules"
	const d = "default_admission_rule"
	of := func(field, key string) string { return fmt.Sprintf("%s[%q]", field, key) }
	for name, k := range map[string]struct {
		before, after admission.Policy
		want          []string
	}{
		"no rules": {admission.Policy{}, admission.Policy{}, []string{d + " " + d}},
		"kept":     {clusters(allow, deny), clusters(deny, deny), []string{d + " " + d, prod + " " + prod}},
		"added":    {clusters(allow), clusters(deny, deny), []string{d + " " + d, d + " " + prod}},
		"removed":  {clusters(allow, deny), clusters(deny), []string{d + " " + d, prod + " " + d}},
		"respelled": {
			scoped(admission.ScopeIstioIdentity, "d/ns/a/sa/b"), scoped(admission.ScopeIstioIdentity, "spiffe://d/ns/a/sa/b"),
			[]string{d + " " + d, of(i, "d/ns/a/sa/b") + " " + of(i, "spiffe://d/ns/a/sa/b")},
		},
		"another kind": {
			scoped(admission.ScopeNamespace, "shop"), scoped(admission.ScopeCluster, "l.a", "l.b"),
			[]string{
				d + " " + of(c, "l.a"), d + " " + of(c, "l.b"), d + " " + d,
				of(n, "shop") + " " + of(c, "l.a"), of(n, "shop") + " " + of(c, "l.b"), of(n, "shop") + " " + d,
			},
		},
	} {
		var got []string
		for _, change := range admission.Changes(k.before, k.after) {
			got = append(got, change.From.String()+" "+change.To.String())
		}
		slices.Sort(got)
		if slices.Sort(k.want); !slices.Equal(got, k.want) {
			t.Errorf("%s: got %q, want %q", name, got, k.want)
		}
	}
}
