package judge

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

const digested = "gcr.io/acme/app@sha256:1111111111111111111111111111111111111111111111111111111111111111"

func requiring(p *Policy) { p.DefaultAdmissionRule = rule("REQUIRE_ATTESTATION", built) }

// TestUnmet: open evidence is unchecked, a refutation is refused with the reason, and unknown
// values are taken both ways.
func TestUnmet(t *testing.T) {
	t.Parallel()
	denies := func(p *Policy) { p.DefaultAdmissionRule = rule("ALWAYS_DENY") }
	for name, c := range map[string]struct {
		after    Outlook
		answer   Answer
		severity Severity
		reason   Reason
		words    string
	}{
		"proven": {after: Certain(live(requiring)), answer: Answer{Outcome: Proven}},
		"open": {
			after:    Certain(live(requiring)),
			answer:   Answer{Outcome: Open, Reason: AttestationMissing, Why: "no attestation"},
			severity: Unchecked,
			reason:   AttestationMissing,
			words:    "no attestation",
		},
		"refuted": {
			after:    Certain(live(requiring)),
			answer:   Answer{Reason: KeyLeaves, Why: "the key leaves"},
			severity: Refused,
			reason:   KeyLeaves,
			words:    "the key leaves",
		},
		"denied": {
			after:    Certain(live(denies)),
			answer:   Answer{Outcome: Proven},
			severity: Refused,
			words:    "denied by Binary Authorization default admission rule. Denied by always_deny",
		},
		"refuted, in words": {
			after: Certain(live(requiring)), answer: Answer{Reason: KeyLeaves, Why: "the key leaves"}, severity: Refused, reason: KeyLeaves,
			words: built + ": No attestations found that were valid and signed by a key trusted by the attestor (the key leaves)",
		},
		"unknown, right": {after: Outlook{Strict: live(requiring), Lenient: live()}, answer: Answer{Outcome: Proven}},
		"unknown, wrong": {
			after:    Outlook{Strict: live(denies), Lenient: live(requiring)},
			answer:   Answer{Why: "none"},
			severity: Refused,
			words:    "none",
		},
		"unknown, open": {after: Outlook{Strict: live(denies), Lenient: live()}, severity: Unchecked, words: "whether"},
		"a map that is unknown": {
			after:    Outlook{Strict: live(), Lenient: proto.CloneOf(live()), Open: true},
			severity: Unchecked,
			words:    "whether",
		},
		"refuted, open attestor": {
			after:    Certain(live(requiring)),
			answer:   Answer{Reason: AttestorLeaves},
			severity: Refused,
			reason:   AttestorLeaves,
		},
	} {
		change := Change{
			After: c.after, Requirements: []Requirement{{Path: Path{Field: "must_admit"}, Request: admission.Request{Image: digested}}},
			Evidence: known{attested: map[string]Answer{built: c.answer}},
		}
		found := change.Unmet()
		if c.severity == 0 {
			if len(found) > 0 {
				t.Errorf("%s: %v", name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Severity != c.severity || found[0].Reason != c.reason ||
			!strings.Contains(found[0].Message, c.words) {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// TestTheReasonIsOfTheRuleThatDecides: the reason and the attestor of a finding belong to the
// deciding rule and have a remedy, although all attestors are asked.
func TestTheReasonIsOfTheRuleThatDecides(t *testing.T) {
	t.Parallel()
	const other, third = "projects/p/attestors/other", "projects/p/attestors/third"
	p := live(func(p *Policy) {
		cluster("a").Put(p, rule("REQUIRE_ATTESTATION", built, other))
		p.DefaultAdmissionRule = rule("REQUIRE_ATTESTATION", third)
	})
	evidence := known{
		attested: map[string]Answer{
			built: {Why: "unreadable"},
			other: {Reason: KeyLeaves, Why: "the key leaves"},
			third: {Reason: AttestationLeaves},
		},
	}
	change := Change{After: Certain(p), Evidence: evidence, Requirements: []Requirement{{Request: admission.Request{Image: digested}}}}
	found := change.Unmet()
	if len(found) != 1 || found[0].Reason != KeyLeaves || found[0].Attestor != other {
		t.Fatalf("%+v", found)
	}
	for _, words := range []string{
		"cluster admission rule for us-central1.a. ",
		built + ": unreadable; " + other + ": the key leaves; several",
	} {
		if !strings.Contains(found[0].Message, words) {
			t.Errorf("%q does not say %q", found[0].Message, words)
		}
	}
}

// TestLockouts: a lock-out counts if it is new and certain. It is unchecked if the number of keys
// is unknown.
func TestLockouts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after *Policy
		keys          map[string]int
		want          string
	}{
		"keys":    {live(), live(requiring), map[string]int{built: 1}, ""},
		"no keys": {live(), live(requiring), map[string]int{built: 0}, admission.AttestorWithoutKeys},
		"before":  {live(requiring), live(requiring), map[string]int{built: 0}, ""},
		"not known": {
			live(), live(requiring), nil, "whether the policy has a lock-out, because the number of keys is not known yet for " + built,
		},
	} {
		found := Change{Before: Certain(c.before), After: Certain(c.after), Evidence: known{keys: c.keys}}.Findings()
		got := ""
		for _, f := range found {
			if got = f.Code; f.Severity == Unchecked {
				got = f.Message
			}
		}
		if got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if rules := Blocked(live(requiring), built); len(rules) != 1 || rules[0].Rule() != "default_admission_rule" {
		t.Error(rules)
	}
	if rules := Blocked(live(requiring), "projects/p/attestors/other"); len(rules) > 0 {
		t.Error(rules)
	}
}

// TestWorsened: a requirement is worsened if it is met now and certainly not met later.
// TestWorsenedOfOneManifest: two requests of a manifest have the same path and image. A refusal of
// one must not hide the loss of the other.
func TestWorsenedOfOneManifest(t *testing.T) {
	t.Parallel()
	requirement := func(namespace string) Requirement {
		return Requirement{Request: admission.Request{Image: digested, Cluster: "us-central1.a", Namespace: namespace}}
	}
	after := live(func(p *Policy) {
		p.KubernetesNamespaceAdmissionRules = map[string]*projectpolicy.Rule{
			"a": rule("REQUIRE_ATTESTATION", "projects/demo/attestors/never"), "b": rule("REQUIRE_ATTESTATION", built),
		}
	})
	change := Change{After: Certain(after), Requirements: []Requirement{requirement("a"), requirement("b")}}
	with := func(a Answer) Evidence { return known{attested: map[string]Answer{built: a}} }
	found := Worsened(change, with(Answer{Outcome: Proven}), with(Answer{Reason: AttestationLeaves}))
	if len(found) != 1 || found[0].Request.Namespace != "b" {
		t.Errorf("%+v", found)
	}
}

// TestAnExistingLockoutMayShrink: a change that repairs a lock-out in part is no new lock-out.
func TestAnExistingLockoutMayShrink(t *testing.T) {
	t.Parallel()
	locked := func(patterns ...string) *Policy {
		return live(func(p *Policy) {
			p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE
			p.DefaultAdmissionRule = rule("ALWAYS_DENY")
			p.AdmissionWhitelistPatterns = nil
			for _, pattern := range patterns {
				projectpolicy.AddPattern(p, pattern)
			}
		})
	}
	for name, c := range map[string]struct {
		before, after *Policy
		want          int
	}{
		"one pattern more":  {locked(), locked("gke.gcr.io/**"), 0},
		"one pattern less":  {locked("gke.gcr.io/**"), locked(), 1},
		"one for another":   {locked("gke.gcr.io/**"), locked("k8s.gcr.io/**"), 1},
		"the same":          {locked("gke.gcr.io/**"), locked("gke.gcr.io/**"), 0},
		"from no lock-out":  {live(), locked("gke.gcr.io/**"), 1},
		"from another rule": {live(requiring), locked("gke.gcr.io/**"), 1},
	} {
		if found := newLockouts(c.before, c.after, nil); len(found) != c.want {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestWorsened(t *testing.T) {
	t.Parallel()
	change := Change{After: Certain(live(requiring)), Requirements: []Requirement{{Request: admission.Request{Image: digested}}}}
	with := func(a Answer) Evidence { return known{attested: map[string]Answer{built: a}} }
	proven, refuted, open := with(Answer{Outcome: Proven}), with(Answer{Reason: AttestationLeaves}), with(Answer{Outcome: Open})
	for name, c := range map[string]struct {
		now, later Evidence
		want       int
	}{
		"the same": {proven, proven, 0}, "lost": {proven, refuted, 1}, "open": {proven, open, 0}, "lost before": {refuted, refuted, 0},
	} {
		if found := Worsened(change, c.now, c.later); len(found) != c.want {
			t.Errorf("%s: %v", name, found)
		}
	}
}
