package admission_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// vouched answers from a list of attestors, for every image.
type vouched []string

func (v vouched) Verified(attestor, _ string) (bool, string) {
	return slices.Contains(v, attestor), "no signature verifies"
}

var (
	app     = "gcr.io/acme/app" + digest
	kubeDNS = "gke.gcr.io/kube-dns:1"
	system  = &admission.Policy{Patterns: []string{"gke.gcr.io/**"}, Default: allow}
	global  = admission.Policy{GlobalEvaluation: true, Default: deny}
	byKind  = map[admission.Scope]string{
		admission.ScopeCluster:        "us-east1.prod",
		admission.ScopeNamespace:      "shop",
		admission.ScopeServiceAccount: "shop:till",
		admission.ScopeIstioIdentity:  "spiffe://d/ns/shop/sa/till",
	}
	everyone = admission.Request{
		Image:          app,
		Cluster:        "us-east1.prod",
		Namespace:      "shop",
		ServiceAccount: "till",
		IstioIdentity:  "d/ns/shop/sa/till",
	}
)

func only(scope admission.Scope, r admission.Rule, def admission.Rule) admission.Policy {
	return admission.Policy{Default: def, Rules: rules{scope: {byKind[scope]: r}}}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy  admission.Policy
		request admission.Request
		system  *admission.Policy
		who     admission.Attestations
		want    string // Admitted, WouldBlock, Rule
		reason  string
	}{
		"default allows": {
			admission.Policy{Default: allow}, admission.Request{Image: app}, nil, nil, "admitted by default_admission_rule", "is met",
		},
		"default denies": {
			admission.Policy{Default: deny}, admission.Request{Image: app}, nil, nil, "denied by default_admission_rule", "always_deny",
		},
		"dry run": {
			admission.Policy{Default: denyDryRun},
			admission.Request{Image: app},
			nil, nil,
			"would be blocked by default_admission_rule", "dry run only",
		},
		"allowlist": {
			admission.Policy{Default: deny, Patterns: []string{"gcr.io/x", "gcr.io/acme/*"}},
			admission.Request{Image: app},
			nil, nil,
			"admitted by admission_whitelist_patterns[1]", "exempts gcr.io/acme/*",
		},
		"not a pattern": {
			admission.Policy{Default: deny, Patterns: []string{"**", "*"}},
			admission.Request{Image: app},
			nil, nil,
			"denied by default_admission_rule", "",
		},
		"system policy": {global, admission.Request{Image: kubeDNS}, system, nil, "admitted by system policy", "gke.gcr.io/**"},
		"system policy disabled": {
			admission.Policy{Default: deny}, admission.Request{Image: kubeDNS}, system, nil, "denied by default_admission_rule", "",
		},
		"system policy unknown": {
			global, admission.Request{Image: kubeDNS}, nil, nil, "denied by default_admission_rule", "system policy could exempt",
		},
		"not a system image": {global, admission.Request{Image: app}, system, nil, "denied by default_admission_rule", ""},
		"all attestors": {
			admission.Policy{Default: require(built, built2)},
			admission.Request{Image: app},
			nil,
			vouched{built, built2},
			"admitted by default_admission_rule", "",
		},
		"one of two attestors": {
			admission.Policy{Default: require(built, built2)},
			admission.Request{Image: app},
			nil,
			vouched{built},
			"denied by default_admission_rule", built2 + ": No attestations",
		},
		"the same short name": {
			admission.Policy{Default: require(built)},
			admission.Request{Image: app},
			nil,
			vouched{built2},
			"denied by default_admission_rule", built,
		},
		"nobody asked": {
			admission.Policy{Default: require(built)},
			admission.Request{Image: app},
			nil, nil,
			"denied by default_admission_rule", "(attestations were not looked up)",
		},
		"no digest": {
			admission.Policy{Default: require(built)},
			admission.Request{Image: "gcr.io/acme/app:1"},
			nil,
			vouched{built},
			"denied by default_admission_rule", "got tag",
		},
		"a malformed digest, allowed": {
			admission.Policy{Default: allow},
			admission.Request{Image: "gcr.io/a@sha256:12"},
			nil, nil,
			"admitted by default_admission_rule", "is met",
		},
		"a malformed digest, exempt": {
			admission.Policy{Default: deny, Patterns: []string{"gcr.io/*"}},
			admission.Request{Image: "gcr.io/a@latest"},
			nil, nil,
			"admitted by admission_whitelist_patterns[0]", "exempts gcr.io/*",
		},
		"another digest, denied": {
			admission.Policy{Default: require(built)},
			admission.Request{Image: "gcr.io/a@sha512:" + strings.Repeat("0", 128)},
			nil,
			vouched{built},
			"denied by default_admission_rule", "malformed digest",
		},
		"a malformed digest, dry run": {
			admission.Policy{Default: dryRun(require(built))},
			admission.Request{Image: "gcr.io/a@"},
			nil,
			vouched{built},
			"would be blocked by default_admission_rule", "malformed digest",
		},
		"no image before a digest": {
			admission.Policy{Default: allow}, admission.Request{Image: "gcr.io/A@sha256:12"}, nil, nil, "denied by ", "not an image",
		},
		"white space in a digest": {
			admission.Policy{Default: allow}, admission.Request{Image: "gcr.io/a@sha256:1\n2"}, nil, nil, "denied by ", "not an image",
		},
		"attestors of nobody": {
			admission.Policy{Default: require()},
			admission.Request{Image: app},
			nil,
			vouched{},
			"denied by default_admission_rule", "has no attestor",
		},
		"no rule at all": {
			admission.Policy{}, admission.Request{Image: app}, nil, nil, "denied by default_admission_rule", "no evaluation mode",
		},
		"no image": {
			admission.Policy{Default: allow}, admission.Request{Image: "gcr.io/A"}, nil, nil, "denied by ", "not an image",
		},
		"no cluster": {
			admission.Policy{Default: allow}, admission.Request{Image: app, Cluster: "prod"}, nil, nil, "denied by ", "location.clusterId",
		},
		"another namespace": {
			admission.Policy{Default: allow},
			admission.Request{Image: app, Namespace: "a", ServiceAccount: "b:c"},
			nil, nil,
			"denied by ", "not in the namespace a",
		},
		"another identity": {
			admission.Policy{Default: allow},
			admission.Request{Image: app, ServiceAccount: "b:c", IstioIdentity: "d/ns/b/sa/x"},
			nil, nil,
			"denied by ", "not that of the service account b:c",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectVerdict(t, c.policy.Evaluate(c.request, c.system, c.who), c.want, c.reason)
		})
	}
}

func expectVerdict(t *testing.T, v admission.Verdict, want, reason string) {
	t.Helper()
	got := map[bool]string{true: "admitted by ", false: "denied by "}[v.Admitted]
	if v.WouldBlock {
		got = "would be blocked by "
	}
	if got += v.Rule; got != want || !strings.Contains(v.Reason, reason) || strings.Contains(v.Reason, "\n") || v.Reason == "" {
		t.Errorf("got %q (%s), want %q (%s)", got, v.Reason, want, reason)
	}
}

func TestTheRuleForTheWorkloadComesBeforeTheDefault(t *testing.T) {
	t.Parallel()
	for scope, key := range byKind {
		rule := string(scope) + `["` + key + `"]`
		expectVerdict(t, only(scope, deny, allow).Evaluate(everyone, nil, nil), "denied by "+rule, "always_deny")
		expectVerdict(t, only(scope, allow, deny).Evaluate(everyone, nil, nil), "admitted by "+rule, "is met")
		stranger := admission.Request{
			Image:          app,
			Cluster:        "us-east1.dev",
			Namespace:      "lab",
			ServiceAccount: "lab:x",
			IstioIdentity:  "d/ns/lab/sa/x",
		}
		expectVerdict(t, only(scope, allow, deny).Evaluate(stranger, nil, nil), "denied by default_admission_rule", "")
	}
}

func TestWhatARequestLeavesOpenIsNotGuessed(t *testing.T) {
	t.Parallel()
	for scope, key := range byKind {
		rule := string(scope) + `["` + key + `"]`
		unsaid := "several " + string(scope) + " could apply"
		expectVerdict(t, only(scope, deny, allow).Evaluate(admission.Request{Image: app}, nil, nil), "denied by "+rule, unsaid)
		expectVerdict(t, only(scope, denyDryRun, allow).Evaluate(admission.Request{Image: app}, nil, nil), "would be blocked by "+rule,
			unsaid)
		expectVerdict(t, only(scope, allow, deny).Evaluate(admission.Request{Image: app}, nil, nil), "denied by default_admission_rule",
			unsaid)
	}
}

func TestPartsOfARequestSpeakOfEachOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scope   admission.Scope
		request admission.Request
		want    string
	}{
		"an account has a namespace": {
			admission.ScopeNamespace, admission.Request{ServiceAccount: "shop:till"}, "denied by kubernetes_namespace",
		},
		"an identity has a namespace": {
			admission.ScopeNamespace, admission.Request{IstioIdentity: "spiffe://d/ns/lab/sa/x"}, "admitted by default",
		},
		"an identity has an account": {
			admission.ScopeServiceAccount, admission.Request{IstioIdentity: "d/ns/shop/sa/till"}, "denied by kubernetes_service",
		},
		"another namespace cannot be the account's": {
			admission.ScopeServiceAccount, admission.Request{Namespace: "lab"}, "admitted by default",
		},
		"another account": {
			admission.ScopeServiceAccount, admission.Request{ServiceAccount: "x"}, "admitted by default",
		},
		"an account of any namespace": {
			admission.ScopeServiceAccount, admission.Request{ServiceAccount: "till"}, "denied by kubernetes_service",
		},
		"another account's identity": {
			admission.ScopeIstioIdentity, admission.Request{ServiceAccount: "shop:x"}, "admitted by default",
		},
		"an account of unknown identity": {
			admission.ScopeIstioIdentity, admission.Request{Namespace: "shop"}, "denied by istio",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.request.Image = app
			v := only(c.scope, deny, allow).Evaluate(c.request, nil, nil)
			got := map[bool]string{true: "admitted by ", false: "denied by "}[v.Admitted] + v.Rule
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got %s (%s), want %s", got, v.Reason, c.want)
			}
		})
	}
}

// TestStrangersGetTheDefaultRule: a stranger has no keyed rule for its empty parts.
func TestStrangersGetTheDefaultRule(t *testing.T) {
	t.Parallel()
	for scope, key := range byKind {
		expectVerdict(t, only(scope, deny, allow).Evaluate(admission.Request{Image: app, Stranger: true}, nil, nil),
			"admitted by default_admission_rule", "is met")
		known := everyone
		known.Stranger = true
		expectVerdict(t, only(scope, deny, allow).Evaluate(known, nil, nil), "denied by "+string(scope)+`["`+key+`"]`, "always_deny")
	}
}
