package judge

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

const tested = "projects/p/attestors/tested"

// tried is a rule as a dry run.
func tried(mode string, by ...string) *projectpolicy.Rule {
	r := rule(mode, by...)
	r.EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
	return r
}

func byDefault(r *projectpolicy.Rule) func(*Policy) {
	return func(p *Policy) { p.DefaultAdmissionRule = r }
}

func in(scope admission.Scope, key string, r *projectpolicy.Rule) func(*Policy) {
	return func(p *Policy) { projectpolicy.Target{Scope: scope, Key: key}.Put(p, r) }
}

func exempting(pattern string) func(*Policy) {
	return func(p *Policy) { projectpolicy.AddPattern(p, pattern) }
}

func withoutSystem(p *Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE }

const (
	require, always = "REQUIRE_ATTESTATION", "ALWAYS_DENY"
	ofProd          = `cluster_admission_rules["us-central1.prod"]`
	byDefaultPath   = "default_admission_rule"
	plainID, fullID = "d/ns/shop/sa/till", "spiffe://d/ns/shop/sa/till"
)

func TestTurns(t *testing.T) {
	t.Parallel()
	allow, dry, enforced := rule("ALWAYS_ALLOW"), tried(require, built), rule(require, built)
	prod := func(r *projectpolicy.Rule) func(*Policy) { return in(admission.ScopeCluster, "us-central1.prod", r) }
	shop := func(r *projectpolicy.Rule) func(*Policy) { return in(admission.ScopeNamespace, "shop", r) }
	const open, exempted = ": the current rule of these workloads admits everything", `: the dry run exempted "gcr.io/a/*"`
	const exemptedAll = `: the dry run exempted "gcr.io/a/**"`
	const system = ": the dry run exempted the images of Google's system policy"
	another, pattern := byDefaultPath+": another rule: REQUIRE_ATTESTATION by "+built, exempting("gcr.io/a/*")
	all := exempting("gcr.io/a/**")
	def := func(r *projectpolicy.Rule, more ...func(*Policy)) *Policy { return live(append(more, byDefault(r))...) }
	for name, c := range map[string]struct {
		before, after *Policy
		want          []string // path, and why it is untried
	}{
		"dry run to enforced":    {def(dry), def(enforced), []string{byDefaultPath + ": "}},
		"allow to enforced":      {def(allow), def(enforced), []string{byDefaultPath + open}},
		"allow, called dry run":  {def(tried("ALWAYS_ALLOW")), def(enforced), []string{byDefaultPath + open}},
		"enforced to enforced":   {def(enforced), def(rule(always)), nil},
		"dry run to dry run":     {def(dry), def(tried(always)), nil},
		"enforced to dry run":    {def(enforced), def(dry), nil},
		"dry run to allow":       {def(dry), def(allow), nil},
		"nothing":                {def(dry), def(dry), nil},
		"keyed rule changed":     {live(prod(dry)), live(prod(enforced)), []string{ofProd + ": "}},
		"keyed rule removed":     {def(enforced, prod(dry)), def(enforced), []string{ofProd + ": "}},
		"removed, default waits": {def(dry, prod(dry)), def(dry), nil},
		"removed, both turn":     {def(dry, prod(dry)), def(enforced), []string{byDefaultPath + ": ", ofProd + ": "}},
		"new rule, tried":        {def(dry), def(dry, prod(enforced)), []string{ofProd + ": "}},
		"new rule, untried":      {def(allow), def(allow, prod(enforced)), []string{ofProd + open}},
		"more attestors":         {def(dry), def(rule(require, built, tested)), []string{another}},
		"fewer attestors":        {def(tried(require, built, tested)), def(enforced), []string{byDefaultPath + ": "}},
		"deny in place of":       {def(dry), def(rule(always)), []string{byDefaultPath + ": another rule"}},
		"deny was tried":         {def(tried(always)), def(enforced), []string{byDefaultPath + ": "}},
		"pattern removed":        {def(dry, pattern), def(enforced), []string{byDefaultPath + exempted}},
		"pattern widened":        {def(dry, pattern), def(enforced, all), []string{byDefaultPath + ": "}},
		"pattern narrowed":       {def(dry, all), def(enforced, pattern), []string{byDefaultPath + exemptedAll}},
		"pattern added":          {def(dry), def(enforced, pattern), []string{byDefaultPath + ": "}},
		"system switched off":    {def(dry), def(enforced, withoutSystem), []string{byDefaultPath + system}},
		"system switched on":     {def(dry, withoutSystem), def(enforced), []string{byDefaultPath + ": "}},
		"identity": {
			live(in(admission.ScopeIstioIdentity, plainID, dry)), live(in(admission.ScopeIstioIdentity, fullID, enforced)),
			[]string{fmt.Sprintf("istio_service_identity_admission_rules[%q]: ", fullID)},
		},
		"identity, the other way": {
			live(in(admission.ScopeIstioIdentity, fullID, dry)), live(in(admission.ScopeIstioIdentity, plainID, enforced)),
			[]string{fmt.Sprintf("istio_service_identity_admission_rules[%q]: ", plainID)},
		},
		"identity, enforced before": {
			live(in(admission.ScopeIstioIdentity, fullID, enforced)), live(in(admission.ScopeIstioIdentity, plainID, enforced)), nil,
		},
		// The pods of the namespace in that cluster were in a dry run, independent of the default
		// rule.
		"another kind of rules": {
			live(byDefault(enforced), shop(dry)), live(byDefault(dry), prod(enforced)), []string{ofProd + ": "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, turn := range Turns(c.before, c.after, nil) {
				got = append(got, turn.Path.String()+": "+turn.Untried)
			}
			slices.Sort(got)
			slices.Sort(c.want)
			match := func(a, b string) bool {
				path, why, _ := strings.Cut(b, ": ")
				return strings.HasPrefix(a, path+": ") && strings.Contains(a, why) && (why != "" || a == b)
			}
			if !slices.EqualFunc(got, c.want, match) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestTurnsOfOneRule: turns of a single rule only.
func TestTurnsOfOneRule(t *testing.T) {
	t.Parallel()
	before := live(byDefault(tried(always)), in(admission.ScopeIstioIdentity, plainID, tried(always)))
	after := live(byDefault(rule(always)), in(admission.ScopeIstioIdentity, plainID, rule(always)))
	if got := Turns(before, after, nil); len(got) != 2 {
		t.Errorf("%+v", got)
	}
	for _, target := range []projectpolicy.Target{projectpolicy.Default, {Scope: admission.ScopeIstioIdentity, Key: fullID}} {
		if got := Turns(before, after, &target); len(got) != 1 || !target.Is(got[0].Path) {
			t.Errorf("%s: %+v", target, got)
		}
	}
	other := projectpolicy.Target{Scope: admission.ScopeNamespace, Key: "shop"}
	if got := Turns(before, after, &other); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhomATurnConcerns(t *testing.T) {
	t.Parallel()
	prod := admission.Request{Cluster: "us-central1.prod", Namespace: "shop", ServiceAccount: "till"}
	dev := admission.Request{Cluster: "us-central1.dev", Namespace: "shop", ServiceAccount: "other"}
	dry, enforced := tried(require, built), rule(require, built)
	clusterRule := func(r *projectpolicy.Rule) func(*Policy) { return in(admission.ScopeCluster, "us-central1.prod", r) }
	for name, c := range map[string]struct {
		before, after *Policy
		prod, dev     bool
	}{
		"the default rule":     {live(byDefault(dry)), live(byDefault(enforced)), true, true},
		"beside another rule":  {live(byDefault(dry), clusterRule(dry)), live(byDefault(enforced), clusterRule(dry)), false, true},
		"a cluster's":          {live(byDefault(dry), clusterRule(dry)), live(byDefault(dry), clusterRule(enforced)), true, false},
		"a cluster's, removed": {live(byDefault(enforced), clusterRule(dry)), live(byDefault(enforced)), true, false},
		"an identity that may be one": {
			live(in(admission.ScopeIstioIdentity, fullID, dry)), live(in(admission.ScopeIstioIdentity, plainID, enforced)), true, false,
		},
		"a namespace, then clusters": {
			live(byDefault(enforced), in(admission.ScopeNamespace, "shop", dry)), live(byDefault(dry), clusterRule(enforced)), true, false,
		},
	} {
		turns := Turns(c.before, c.after, nil)
		if len(turns) != 1 || turns[0].Concerns(prod) != c.prod || turns[0].Concerns(dev) != c.dev {
			t.Errorf("%s: %+v", name, turns)
		}
	}
}

// TestWhatIsStillRefused: only an existing attestation counts: a missing one and one created by the
// same apply do not.
func TestWhatIsStillRefused(t *testing.T) {
	t.Parallel()
	after := live(byDefault(rule(require, built)))
	request := admission.Request{Image: digested, Cluster: "us-central1.prod"}
	for name, c := range map[string]struct {
		answer  Answer
		refused bool
	}{
		"attested":       {Answer{Outcome: Proven}, false},
		"missing":        {Answer{Outcome: Open, Reason: AttestationMissing, Why: "none"}, true},
		"comes":          {Answer{Outcome: Open, Reason: AttestationComes, Why: "comes"}, true},
		"refuted":        {Answer{Outcome: Refuted, Why: "no"}, true},
		"cannot be told": {Answer{Outcome: Open, Why: "denied"}, true},
	} {
		why, refused := StillRefused(after, request, known{attested: map[string]Answer{built: c.answer}})
		if refused != c.refused || refused && !strings.Contains(why, c.answer.Why) {
			t.Errorf("%s: %t %q", name, refused, why)
		}
	}
	if _, refused := StillRefused(live(byDefault(rule(always)), exempting("gcr.io/acme/*")), request, known{}); refused {
		t.Error("an exempted image is refused")
	}
	if why, refused := StillRefused(live(byDefault(rule(always))), request, known{}); !refused || why == "" {
		t.Error("a rule that denies everything admits")
	}
}
