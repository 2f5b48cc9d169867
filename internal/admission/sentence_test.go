package admission_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// said are the remarks of attestors, added to Google's sentence.
type said map[string]string

func (s said) Verified(attestor, _ string) (bool, string) {
	why, no := s[attestor]
	return !no, why
}

const (
	byDefault = "Image nginx denied by Binary Authorization default admission rule. "
	always    = "Denied by always_deny admission rule"
	tagged    = "Expected digest with sha256 scheme, but got tag or malformed digest"
	untrusted = "No attestations found that were valid and signed by a key trusted by the attestor"
	us        = "us-east4-a.my-cluster-1"
)

// The first four are refusals by GKE, word for word except for names.
func TestRefusalsAreInGooglesWords(t *testing.T) {
	t.Parallel()
	none := said{built: "", built2: ""}
	refusesApp := "Image " + app + " denied by "
	byApp := refusesApp + "Binary Authorization default admission rule. "
	for name, c := range map[string]struct {
		policy         admission.Policy
		image, cluster string
		attestations   admission.Attestations
		rule, sentence string
		attestors      []string
	}{
		"nothing": {policy: admission.Policy{Default: deny}, rule: byDefault, sentence: always},
		"a cluster": {
			policy: admission.Policy{Default: allow, Rules: rules{admission.ScopeCluster: {us: deny}}}, cluster: us,
			rule: "Image nginx denied by Binary Authorization cluster admission rule for us-east4-a.my-cluster-1. ", sentence: always,
		},
		"not attested": {
			policy: admission.Policy{Default: require(built)}, image: app, attestations: none, rule: byApp,
			sentence: refusesApp + "attestor " + built + ": " + untrusted, attestors: []string{built},
		},
		"a tag": {
			policy: admission.Policy{Default: require(built)}, attestations: said{}, rule: byDefault,
			sentence: "Image nginx denied by attestor " + built + ": " + tagged, attestors: []string{built},
		},
		"a short digest": {
			policy: admission.Policy{Default: require(built)}, image: "nginx@sha256:12", attestations: said{},
			rule:     "Image nginx@sha256:12 denied by Binary Authorization default admission rule. ",
			sentence: "Image nginx@sha256:12 denied by attestor " + built + ": " + tagged, attestors: []string{built},
		},
		"two attestors": {
			policy: admission.Policy{Default: require(built, built2)}, image: app, attestations: none, rule: byApp,
			sentence:  refusesApp + "attestor " + built + ": " + untrusted + ". " + refusesApp + "attestor " + built2 + ": " + untrusted,
			attestors: []string{built, built2},
		},
		"the second attestor": {
			policy: admission.Policy{Default: require(built, built2)}, image: app, attestations: said{built2: ""}, rule: byApp,
			sentence: refusesApp + "attestor " + built2 + ": " + untrusted, attestors: []string{built2},
		},
		"a dry run":      {policy: admission.Policy{Default: denyDryRun}, rule: byDefault, sentence: always},
		"always allow":   {policy: admission.Policy{Default: allow}},
		"an allowlist":   {policy: admission.Policy{Default: deny, Patterns: []string{"nginx"}}},
		"attested":       {policy: admission.Policy{Default: require(built)}, image: app, attestations: said{}},
		"a system image": {policy: admission.Policy{Default: deny, GlobalEvaluation: true}, image: kubeDNS},
	} {
		if c.image == "" {
			c.image = "nginx"
		}
		v := c.policy.Evaluate(admission.Request{Image: c.image, Cluster: c.cluster}, system, c.attestations)
		if v.Denial != c.rule+c.sentence || v.Sentence != c.sentence || !slices.Equal(v.Attestors, c.attestors) {
			t.Errorf("%s: %+v, want %q and %q of %v", name, v, c.rule, c.sentence, c.attestors)
		}
		want := c.rule + c.sentence
		if v.WouldBlock {
			want = "admitted by a dry run only: " + want
		}
		if want != "" && v.Reason != want {
			t.Errorf("%s: the reason is %q, want %q", name, v.Reason, want)
		}
	}
}

// No originals of these are known: they follow the style of the others.
func TestRefusalsInWordsOfOurs(t *testing.T) {
	t.Parallel()
	for scope, kind := range map[admission.Scope]string{
		admission.ScopeNamespace:      "Kubernetes namespace admission rule for shop. ",
		admission.ScopeServiceAccount: "Kubernetes service account admission rule for shop:till. ",
		admission.ScopeIstioIdentity:  "Istio service identity admission rule for spiffe://d/ns/shop/sa/till. ",
	} {
		want := "Image " + app + " denied by Binary Authorization " + kind + always
		if v := only(scope, deny, allow).Evaluate(everyone, nil, nil); v.Reason != want {
			t.Errorf("got %q, want %q", v.Reason, want)
		}
	}
	for mode, want := range map[admission.Evaluation]string{
		admission.RequireAttestation: "Denied by require_attestation admission rule (the rule has no attestor)",
		"":                           "Denied by evaluation_mode_unspecified admission rule (the rule has no evaluation mode)",
	} {
		v := admission.Policy{Default: admission.Rule{Evaluation: mode}}.Evaluate(admission.Request{Image: "nginx"}, nil, said{})
		if v.Reason != byDefault+want {
			t.Errorf("got %q, want %q", v.Reason, want)
		}
	}
}

// TestRemarksFollowTheDenial: our own words follow Google's in one pair of parentheses, only in the
// reason.
func TestRemarksFollowTheDenial(t *testing.T) {
	t.Parallel()
	open := admission.Policy{Default: allow, GlobalEvaluation: true, Rules: rules{admission.ScopeCluster: {us: require(built, built2)}}}
	both := open
	both.Rules = rules{admission.ScopeCluster: {us: dryRun(require(built, built2))}}
	const (
		unsaid  = "several cluster_admission_rules could apply, so the strictest counts"
		unknown = "Google's system policy could exempt the image but is unknown"
	)
	twice := said{built: "none is valid", built2: built2 + " could not be read"}
	why := " (" + built + ": none is valid; " + built2 + " could not be read; " + unsaid + "; " + unknown + ")"
	for name, c := range map[string]struct {
		policy admission.Policy
		said   admission.Attestations
		want   string
	}{
		"one of two":   {open, said{built: "none\n is  valid"}, " (none is valid; " + unsaid + "; " + unknown + ")"},
		"two":          {open, twice, why},
		"dry run":      {both, twice, why},
		"nobody asked": {admission.Policy{Default: require(built)}, nil, " (attestations were not looked up)"},
		"met":          {open, said{}, " (" + unsaid + ")"},
	} {
		v := c.policy.Evaluate(admission.Request{Image: app}, nil, c.said)
		text := v.Denial
		switch {
		case v.WouldBlock:
			text = "admitted by a dry run only: " + text
		case v.Admitted:
			text = `admitted: cluster_admission_rules["us-east4-a.my-cluster-1"] is met`
		}
		if v.Reason != text+c.want || strings.Contains(v.Denial, "(") {
			t.Errorf("%s: got %q, want %q", name, v.Reason, text+c.want)
		}
	}
}
