package probe

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

const minute = time.Minute

// policyProbes change the live policy of the project. They never refuse a previously admitted
// image: they add dry-run rules, for unused namespaces and identities, beside existing rules.
func policyProbes() []Probe {
	return []Probe{
		{
			ID:      "POLICY-ETAG-NEVER-WRITTEN",
			Unknown: "A policy that was never written has no etag, so that any etag is stale.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				p, err := t.policy(ctx)
				t.Setup("get", err)
				if p.GetEtag() != "" {
					t.Skip("the policy of the project was written before")
				}
				p.Etag = "any"
				_, err = t.Attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: p})
				t.Saw("update with an etag", nil, err)
			},
			Want: `update with an etag: ABORTED`,
		},
		{
			ID:      "POLICY-ETAG-REPLY",
			Unknown: "The reply to a write of the policy has no etag. A get has it.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				reply, err := t.changePolicy(ctx, func(*binaryauthorizationpb.Policy) {})
				t.Saw("update", reply, err, "etag?", "update_time?")
				read, err := t.policy(ctx)
				t.Saw("get", read, err, "etag?", "update_time?")
			},
			Want: `
				update: OK etag=unset update_time=set
				get: OK etag=set update_time=set`,
		},
		{
			ID:      "POLICY-ETAG-STALE",
			Unknown: "A write of the policy with a stale etag is ABORTED.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.changePolicy(ctx, func(*binaryauthorizationpb.Policy) {})
				t.Setup("update", err)
				first, err := t.policy(ctx)
				t.Setup("get", err)
				_, err = t.Attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: first})
				t.Saw("update with the current etag", nil, err)
				_, err = t.Attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: first})
				t.Saw("again with the same etag", nil, err)
			},
			Want: `
				update with the current etag: OK
				again with the same etag: ABORTED`,
		},
		{
			ID:      "POLICY-ETAG-ORDER",
			Unknown: "The policy's etag is checked after its contents.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
					p.Etag = "stale"
					p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, pattern("probe.example*"))
				})
				t.Saw("a stale etag and a pattern that is not valid", nil, err)
			},
			Want: `a stale etag and a pattern that is not valid: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-ATTESTOR-MISSING",
			Unknown: "Every required attestor must exist when the policy is written; a missing one is INVALID_ARGUMENT.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.ruleFor(ctx, "probe", require(t.attestorName("missing")))
				t.Saw("a missing attestor", nil, err)
			},
			Want: `a missing attestor: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-ATTESTOR-SHORT",
			Unknown: "Attestors must have full names.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.ruleFor(ctx, "probe", require(t.ID("a")))
				t.Saw("a short name", nil, err)
				_, err = t.ruleFor(ctx, "probe", require(t.attestorName("a")))
				t.Saw("the full name", nil, err)
			},
			Want: `
				a short name: INVALID_ARGUMENT
				the full name: OK`,
		},
		{
			ID: "POLICY-ATTESTOR-NUMBER",
			Unknown: "An attestor of a rule can be named by project number, and reads as written. This is the lenient reading: a note " +
				"reference by project number is refused.",
			Needs: []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				t.attestor(ctx)
				_, err := t.ruleFor(ctx, "probe", require("projects/"+t.Number+"/attestors/"+t.ID("a")))
				t.Saw("by number", nil, err)
				p, err := t.policy(ctx)
				t.Saw("get", p, err, "kubernetes_namespace_admission_rules.probe.require_attestations_by.0")
			},
			Want: `
				by number: OK
				get: OK kubernetes_namespace_admission_rules.probe.require_attestations_by.0=projects/NUMBER/attestors/a`,
		},
		{
			ID:      "POLICY-ATTESTOR-TWICE",
			Unknown: "The same attestor twice in a rule is INVALID_ARGUMENT.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				name := t.attestor(ctx).GetName()
				_, err := t.ruleFor(ctx, "probe", require(name, name))
				t.Saw("twice", nil, err)
			},
			Want: `twice: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-REFERENCES-LIMIT",
			Unknown: "The 201st reference to an attestor in a policy is INVALID_ARGUMENT.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				name := t.attestor(ctx).GetName()
				for _, most := range []int{200, 201} {
					_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) { t.refer(p, name, most) })
					t.Saw(fmt.Sprint(most, " references"), nil, err)
				}
			},
			Want: `
				200 references: OK
				201 references: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-ATTESTOR-DELETE",
			Unknown: "A required attestor can be deleted. The rule keeps its name.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.attestor(ctx)
				_, err := t.ruleFor(ctx, "probe", require(t.attestorName("a")))
				t.Setup("rule", err)
				err = t.Attestors.DeleteAttestor(ctx, &binaryauthorizationpb.DeleteAttestorRequest{Name: t.attestorName("a")})
				t.Saw("delete", nil, err)
				p, err := t.policy(ctx)
				t.Saw("get", p, err, "kubernetes_namespace_admission_rules.probe.require_attestations_by.0")
			},
			Want: `
				delete: OK
				get: OK kubernetes_namespace_admission_rules.probe.require_attestations_by.0=projects/PROJECT/attestors/a`,
		},
		{
			ID: "POLICY-NAMESPACE-DIGITS",
			Unknown: "Namespaces as keys of rules can have digits, although the documented form is [a-z.-]+: Kubernetes namespaces " +
				"have them. Set API.RefuseDigits for the documented form.",
			Needs: []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.ruleFor(ctx, "probe-1", dryRun())
				t.Saw("a namespace with a digit", nil, err)
			},
			Want: `a namespace with a digit: OK`,
		},
		{
			ID:      "POLICY-NAMESPACE-FORM",
			Unknown: "Namespaces as keys of rules cannot have upper case or underscores.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.ruleFor(ctx, "Probe", dryRun())
				t.Saw("upper case", nil, err)
				_, err = t.ruleFor(ctx, "pro_be", dryRun())
				t.Saw("underscore", nil, err)
			},
			Want: `
				upper case: INVALID_ARGUMENT
				underscore: INVALID_ARGUMENT`,
		},
		{
			ID: "POLICY-SPIFFE",
			Unknown: "Rules for Istio service identities keep their keys as written, with or without \"spiffe://\"; set " +
				"API.StripSPIFFE to remove it.",
			Needs: []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
					t.needsNoRules(p)
					p.IstioServiceIdentityAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{
						"spiffe://probe.example/ns/probe/sa/one": dryRun(), "probe.example/ns/probe/sa/two": dryRun(),
					}
				})
				t.Setup("update", err)
				p, err := t.policy(ctx)
				t.Setup("get", err)
				for _, id := range []string{
					"spiffe://probe.example/ns/probe/sa/one", "probe.example/ns/probe/sa/one",
					"spiffe://probe.example/ns/probe/sa/two", "probe.example/ns/probe/sa/two",
				} {
					t.Note(id, "%t", p.GetIstioServiceIdentityAdmissionRules()[id] != nil)
				}
			},
			Want: `
				spiffe://probe.example/ns/probe/sa/one: true
				probe.example/ns/probe/sa/one: false
				spiffe://probe.example/ns/probe/sa/two: false
				probe.example/ns/probe/sa/two: true`,
		},
		{
			ID:      "POLICY-PATTERN-WILDCARD",
			Unknown: "An allowlist pattern can have its wildcard only at its end and after \"registry/\".",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				for _, text := range []string{
					"probe.example/a/*", "probe.example/a*", "probe.example/**", "probe.example*",
					"probe.example/*/a", "probe.example/a b",
				} {
					_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
						p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, pattern(text))
					})
					t.Saw(text, nil, err)
				}
			},
			Want: `
				probe.example/a/*: OK
				probe.example/a*: OK
				probe.example/**: OK
				probe.example*: INVALID_ARGUMENT
				probe.example/*/a: INVALID_ARGUMENT
				probe.example/a b: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-PATTERN-FORM",
			Unknown: "An allowlist pattern with a scheme, with an empty path element or with a slash at its end is INVALID_ARGUMENT.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				for _, text := range []string{"https://probe.example/a", "probe.example//a", "probe.example/a/", "probe.example/"} {
					_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
						p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, pattern(text))
					})
					t.Saw(text, nil, err)
				}
			},
			Want: `
				https://probe.example/a: INVALID_ARGUMENT
				probe.example//a: INVALID_ARGUMENT
				probe.example/a/: INVALID_ARGUMENT
				probe.example/: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-PATTERN-TWICE",
			Unknown: "A duplicate allowlist pattern is kept twice, in the order of the request.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
					p.AdmissionWhitelistPatterns = append(
						p.AdmissionWhitelistPatterns,
						pattern("probe.example/a"),
						pattern("probe.example/a"),
					)
				})
				t.Saw("update", nil, err)
				p, err := t.policy(ctx)
				t.Setup("get", err)
				n := 0
				for _, have := range p.GetAdmissionWhitelistPatterns() {
					if have.GetNamePattern() == "probe.example/a" {
						n++
					}
				}
				t.Note("patterns", "%d", n)
			},
			Want: `
				update: OK
				patterns: 2`,
		},
		{
			ID: "POLICY-KEY-FORM",
			Unknown: "The id of a cluster in the key of a rule has at most 63 characters, as for members of a fleet. The key for an " +
				"Istio service identity has no white space.",
			Needs: []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.tryRules(ctx, "63 characters", ofClusters, "us-central1."+strings.Repeat("c", 63))
				t.tryRules(ctx, "64 characters", ofClusters, "us-central1."+strings.Repeat("c", 64))
				t.tryRules(ctx, "white space", ofIdentities, "probe example/ns/probe/sa/one")
			},
			Want: `
				63 characters: OK
				64 characters: INVALID_ARGUMENT
				white space: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-SPIFFE-TWICE",
			Unknown: "Two rules for one Istio service identity, with and without \"spiffe://\", are INVALID_ARGUMENT.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.tryRules(ctx, "both", ofIdentities, "spiffe://probe.example/ns/probe/sa/one", "probe.example/ns/probe/sa/one")
			},
			Want: `both: INVALID_ARGUMENT`,
		},
		{
			ID:      "POLICY-PROJECT-NUMBER",
			Unknown: "The name of a policy in answers has the project id, also after a write or get by project number.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				t.needsNumber()
				name := "projects/" + t.Number + "/policy"
				read, err := t.Attestors.GetPolicy(ctx, &binaryauthorizationpb.GetPolicyRequest{Name: name})
				t.Saw("get by number", read, err, "name")
				reply, err := t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) { p.Name = name })
				t.Saw("write by number", reply, err, "name")
				read, err = t.policy(ctx)
				t.Saw("get by id", read, err, "name")
			},
			Want: `
				get by number: OK name=projects/PROJECT/policy
				write by number: OK name=projects/PROJECT/policy
				get by id: OK name=projects/PROJECT/policy`,
		},
		{
			ID:      "POLICY-MODE-UNSPECIFIED",
			Unknown: "A policy written without a global evaluation mode reads without one.",
			Needs:   []Need{NeedPolicy},
			Run: func(ctx context.Context, t *Trial) {
				p, err := t.policy(ctx)
				t.Setup("get", err)
				if p.GetDefaultAdmissionRule().GetEvaluationMode() != binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW {
					t.Skip("this probe could deny GKE's own images by the policy of the project")
				}
				_, err = t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) { p.GlobalPolicyEvaluationMode = 0 })
				t.Saw("update", nil, err)
				p, err = t.policy(ctx)
				t.Saw("get", p, err, "global_policy_evaluation_mode")
			},
			Want: `
				update: OK
				get: OK global_policy_evaluation_mode=-`,
		},
	}
}

func (t *Trial) policy(ctx context.Context) (*binaryauthorizationpb.Policy, error) {
	return t.Attestors.GetPolicy(ctx, &binaryauthorizationpb.GetPolicyRequest{Name: t.Parent() + "/policy"})
}

// changePolicy writes the policy of the project with one change. The write has the etag of the read, so
// a change by others in between is ABORTED.
func (t *Trial) changePolicy(
	ctx context.Context, change func(*binaryauthorizationpb.Policy),
) (*binaryauthorizationpb.Policy, error) {
	p, err := t.policy(ctx)
	if err != nil {
		return nil, err
	}
	p.UpdateTime = nil
	change(p)
	return t.Attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: p})
}

// ruleFor adds a rule for one namespace. A policy has rules of one kind only: if the project has
// rules of another kind, the probe is skipped, because to displace them could refuse admitted
// images.
func (t *Trial) ruleFor(
	ctx context.Context, namespace string, rule *binaryauthorizationpb.AdmissionRule,
) (*binaryauthorizationpb.Policy, error) {
	return t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) {
		t.needsNoOtherRules(p)
		if p.KubernetesNamespaceAdmissionRules == nil {
			p.KubernetesNamespaceAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{}
		}
		p.KubernetesNamespaceAdmissionRules[namespace] = rule
	})
}

// tryRules writes the policy of the project with rules of one kind. If the project has such rules, or
// those of another kind, the probe is skipped.
func (t *Trial) tryRules(ctx context.Context, step string, of func(*binaryauthorizationpb.Policy, keyedRules), keys ...string) {
	before, err := t.policy(ctx)
	t.Setup("get", err)
	t.needsNoRules(before)
	rules := keyedRules{}
	for _, key := range keys {
		rules[key] = dryRun()
	}
	_, err = t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) { of(p, rules) })
	t.Saw(step, nil, err)
	_, err = t.changePolicy(ctx, func(p *binaryauthorizationpb.Policy) { of(p, nil) })
	t.Setup("remove the rules", err)
}

// keyedRules are rules of one kind.
type keyedRules = map[string]*binaryauthorizationpb.AdmissionRule

func ofClusters(p *binaryauthorizationpb.Policy, rules keyedRules) { p.ClusterAdmissionRules = rules }

func ofIdentities(p *binaryauthorizationpb.Policy, rules keyedRules) {
	p.IstioServiceIdentityAdmissionRules = rules
}

// refer adds rules for unused namespaces until a policy has a number of references to attestors.
func (t *Trial) refer(p *binaryauthorizationpb.Policy, attestor string, most int) {
	t.needsNoOtherRules(p)
	if p.KubernetesNamespaceAdmissionRules == nil {
		p.KubernetesNamespaceAdmissionRules = keyedRules{}
	}
	count := len(p.GetDefaultAdmissionRule().GetRequireAttestationsBy())
	for _, rule := range p.GetKubernetesNamespaceAdmissionRules() {
		count += len(rule.GetRequireAttestationsBy())
	}
	for ; count < most; count++ {
		namespace := fmt.Sprintf("probe-%c%c", 'a'+count/26, 'a'+count%26)
		p.KubernetesNamespaceAdmissionRules[namespace] = require(attestor)
	}
}

// needsNoRules skips the probe if the policy has rules besides the default one.
func (t *Trial) needsNoRules(p *binaryauthorizationpb.Policy) {
	t.needsNoOtherRules(p)
	if len(p.GetKubernetesNamespaceAdmissionRules()) > 0 {
		t.Skip(otherRules)
	}
}

// needsNoOtherRules skips the probe if the policy has rules besides the default one and those of
// namespaces.
func (t *Trial) needsNoOtherRules(p *binaryauthorizationpb.Policy) {
	if len(p.GetClusterAdmissionRules())+len(p.GetKubernetesServiceAccountAdmissionRules())+
		len(p.GetIstioServiceIdentityAdmissionRules()) > 0 {
		t.Skip(otherRules)
	}
}

const otherRules = "the policy of the project has rules of another kind"

func pattern(text string) *binaryauthorizationpb.AdmissionWhitelistPattern {
	return &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: text}
}

// dryRun returns a rule that blocks nothing.
func dryRun() *binaryauthorizationpb.AdmissionRule {
	return &binaryauthorizationpb.AdmissionRule{
		EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW,
		EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
	}
}

func require(attestors ...string) *binaryauthorizationpb.AdmissionRule {
	rule := dryRun()
	rule.EvaluationMode, rule.RequireAttestationsBy = binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION, attestors
	return rule
}
