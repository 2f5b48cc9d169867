package faults_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// The policies of three projects: one never written, one adopted whole, and one shared with another
// owner.
const (
	untouched, adopted, shared = "demo", "adopted", "shared"

	builtAttestor = "projects/" + shared + "/attestors/built"
	theirRule     = "us-central1.theirs"
	theirPattern  = "gcr.io/theirs/*"
)

// policyLife is the life of a whole policy, of an adopted one, and of parts of a shared one.
var policyLife = []phase{
	{"create", createdPolicies(), false},
	{"plan after create", createdPolicies(), true},
	{"change", changedPolicies(), false},
	{"plan after change", changedPolicies(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

func createdPolicies() []object {
	return []object{
		wholePolicy(untouched, "ours", "ALWAYS_DENY", "gcr.io/ours/*"),
		wholePolicy(adopted, "ours", "ALWAYS_DENY", "gcr.io/ours/*"),
		defaultRule("ALWAYS_DENY"), clusterRule("dev", "ALWAYS_DENY"), clusterRule("prod", "REQUIRE_ATTESTATION", builtAttestor),
		clusterRule("old", "ALWAYS_ALLOW"),
		allowlistPattern("ours"), allowlistPattern("old"),
	}
}

// changedPolicies changes some, removes some, and adds some.
func changedPolicies() []object {
	return []object{
		wholePolicy(untouched, "changed", "ALWAYS_DENY", "gcr.io/ours/*", "gcr.io/new/*"),
		wholePolicy(adopted, "ours", "ALWAYS_ALLOW", "gcr.io/new/*"),
		defaultRule("ALWAYS_ALLOW"), clusterRule("dev", "REQUIRE_ATTESTATION", builtAttestor),
		clusterRule("prod", "REQUIRE_ATTESTATION", builtAttestor), clusterRule("new", "ALWAYS_DENY"),
		allowlistPattern("ours"), allowlistPattern("new"),
	}
}

func dryRun(mode string, attestors ...string) map[string]any {
	rule := map[string]any{"evaluation_mode": mode, "enforcement_mode": "DRYRUN_AUDIT_LOG_ONLY"}
	if len(attestors) > 0 {
		rule["require_attestations_by"] = attestors
	}
	return rule
}

func wholePolicy(project, description, mode string, patterns ...string) object {
	return object{kind: "binauthz_policy", name: project, attributes: map[string]any{
		"project": project, "description": description, "admission_whitelist_patterns": patterns, "adopt_existing": project == adopted,
		"default_admission_rule": dryRun("ALWAYS_DENY"), "cluster_admission_rules": map[string]any{"us-central1.prod": dryRun(mode)},
	}}
}

func clusterRule(name, mode string, attestors ...string) object {
	attributes := dryRun(mode, attestors...)
	attributes["project"], attributes["scope"] = shared, map[string]any{"cluster": "us-central1." + name}
	return object{kind: "binauthz_policy_rule", name: name, attributes: attributes}
}

func defaultRule(mode string) object {
	attributes := dryRun(mode)
	attributes["project"], attributes["scope"] = shared, map[string]any{"default": true}
	return object{kind: "binauthz_policy_rule", name: "default", attributes: attributes}
}

func allowlistPattern(name string) object {
	return object{
		kind:       "binauthz_policy_allowlist_pattern",
		name:       name,
		attributes: map[string]any{"project": shared, "pattern": "gcr.io/" + name + "/*"},
	}
}

// given are the policies from before, by project.
func given() map[string]*binaryauthorizationpb.Policy {
	theirs := &binaryauthorizationpb.Policy{
		Description: "theirs", GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_ENABLE,
		AdmissionWhitelistPatterns: []*binaryauthorizationpb.AdmissionWhitelistPattern{{NamePattern: theirPattern}},
		ClusterAdmissionRules:      map[string]*binaryauthorizationpb.AdmissionRule{theirRule: ruleMessage(dryRun("ALWAYS_DENY"))},
		DefaultAdmissionRule: &binaryauthorizationpb.AdmissionRule{
			EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_ALLOW,
			EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
	never := &binaryauthorizationpb.Policy{
		GlobalPolicyEvaluationMode: theirs.GlobalPolicyEvaluationMode,
		DefaultAdmissionRule:       theirs.DefaultAdmissionRule,
	}
	return map[string]*binaryauthorizationpb.Policy{untouched: never, adopted: proto.CloneOf(theirs), shared: theirs}
}

func ruleMessage(rule map[string]any) *binaryauthorizationpb.AdmissionRule {
	attestors, _ := rule["require_attestations_by"].([]string)
	evaluation := binaryauthorizationpb.AdmissionRule_EvaluationMode_value[rule["evaluation_mode"].(string)]
	enforcement := binaryauthorizationpb.AdmissionRule_EnforcementMode_value[rule["enforcement_mode"].(string)]
	return &binaryauthorizationpb.AdmissionRule{
		EvaluationMode:        binaryauthorizationpb.AdmissionRule_EvaluationMode(evaluation),
		EnforcementMode:       binaryauthorizationpb.AdmissionRule_EnforcementMode(enforcement),
		RequireAttestationsBy: attestors,
	}
}

// expected are the expected policies of a configuration, with the parts of others.
func expected(config []object) map[string]*binaryauthorizationpb.Policy {
	all := given()
	for _, o := range config {
		p := all[o.attributes["project"].(string)]
		switch o.kind {
		case "binauthz_policy":
			p.Description, p.AdmissionWhitelistPatterns = o.attributes["description"].(string), nil
			for _, pattern := range o.attributes["admission_whitelist_patterns"].([]string) {
				p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
					&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
			}
			p.DefaultAdmissionRule = ruleMessage(o.attributes["default_admission_rule"].(map[string]any))
			p.ClusterAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{}
			for key, rule := range o.attributes["cluster_admission_rules"].(map[string]any) {
				p.ClusterAdmissionRules[key] = ruleMessage(rule.(map[string]any))
			}
		case "binauthz_policy_rule":
			if cluster, ok := o.attributes["scope"].(map[string]any)["cluster"].(string); ok {
				p.ClusterAdmissionRules[cluster] = ruleMessage(o.attributes)
			} else {
				p.DefaultAdmissionRule = ruleMessage(o.attributes)
			}
		case "binauthz_policy_allowlist_pattern":
			p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
				&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: o.attributes["pattern"].(string)})
		}
	}
	return all
}

// newPolicyWorld is a world of policies with another owner's parts from the start.
func newPolicyWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w := newWorld(t, options)
	w.phases, w.check, w.end, w.more = policyLife, w.verifyPolicies, w.verifyPolicyHistory, 2
	ctx := context.Background()
	_, err := w.truth.attestors.CreateAttestor(ctx, &binaryauthorizationpb.CreateAttestorRequest{
		Parent: "projects/" + shared, AttestorId: "built", Attestor: &binaryauthorizationpb.Attestor{
			AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
				UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/shared/notes/built"},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, project := range []string{adopted, shared} {
		p := given()[project]
		p.Name = "projects/" + project + "/policy"
		if _, err := w.truth.attestors.UpdatePolicy(ctx, &binaryauthorizationpb.UpdatePolicyRequest{Policy: p}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// verifyPolicies compares the policies with the configuration and the other owner's parts, and the
// state with the configuration.
func (w *world) verifyPolicies(t *testing.T, ph phase, s state) {
	t.Helper()
	if len(s) != len(ph.config) {
		t.Errorf("%s: %d resources are in the state, and %d in the configuration", ph.name, len(s), len(ph.config))
	}
	for project, want := range expected(ph.config) {
		got := w.policyOf(t, project)
		if !proto.Equal(plain(got), plain(want)) {
			t.Errorf("%s: the policy of %s is %v, want %v", ph.name, project, plain(got), plain(want))
			tally.add(func(c *counts) { c.lost++ })
		}
	}
}

func (w *world) policyOf(t *testing.T, project string) *binaryauthorizationpb.Policy {
	t.Helper()
	p, err := w.truth.attestors.GetPolicy(context.Background(),
		&binaryauthorizationpb.GetPolicyRequest{Name: "projects/" + project + "/policy"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plain(p *binaryauthorizationpb.Policy) *binaryauthorizationpb.Policy {
	p = proto.CloneOf(p)
	p.Name, p.Etag, p.UpdateTime = "", "", nil
	slices.SortFunc(p.AdmissionWhitelistPatterns, func(a, b *binaryauthorizationpb.AdmissionWhitelistPattern) int {
		return strings.Compare(a.GetNamePattern(), b.GetNamePattern())
	})
	return p
}

// verifyPolicyHistory fails if a shared policy was ever written without the other owner's parts, or
// with a duplicate.
func (w *world) verifyPolicyHistory(t *testing.T) {
	t.Helper()
	for i, p := range w.Emulator.Binauthz().PolicyHistory(shared) {
		var patterns []string
		for _, pattern := range p.GetAdmissionWhitelistPatterns() {
			patterns = append(patterns, pattern.GetNamePattern())
		}
		if !proto.Equal(p.GetClusterAdmissionRules()[theirRule], given()[shared].GetClusterAdmissionRules()[theirRule]) ||
			!slices.Contains(patterns, theirPattern) || p.GetDescription() != "theirs" {
			t.Errorf("policy %d of %s lost what is somebody else's: %v", i, shared, p)
			tally.add(func(c *counts) { c.lost++ })
		}
		slices.Sort(patterns)
		if double := len(patterns) - len(slices.Compact(slices.Clone(patterns))); double > 0 {
			t.Errorf("policy %d of %s has patterns twice: %q", i, shared, patterns)
			tally.add(func(c *counts) { c.duplicates += double })
		}
	}
}
