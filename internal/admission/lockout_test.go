package admission_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// regional is a pattern of the system policy of us-central1.
const regional = "us-central1-artifactregistry.gcr.io/gke-release/gke-release/**"

// keys has built with one key and built2 without any.
func keys(attestor string) (int, bool) {
	n, known := map[string]int{built: 1, built2: 0}[attestor]
	return n, known
}

func TestLockoutsAreNamed(t *testing.T) {
	t.Parallel()
	all := append(admission.SystemImages(), regional)
	for name, c := range map[string]struct {
		policy admission.Policy
		want   []string
	}{
		"allow": {admission.Policy{Default: allow}, nil},
		"deny":  {admission.Policy{Default: deny}, []string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"}},
		"attested": {
			admission.Policy{Default: require(built)}, []string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"},
		},
		"dry run":       {admission.Policy{Default: denyDryRun}, nil},
		"global policy": {global, nil},
		"patterns":      {allowing(deny, all...), nil},
		"patterns of Google's reference": {
			allowing(deny, "gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/gke-release/asm/*",
				"gcr.io/stackdriver-agents/*", regional),
			nil,
		},
		"wider patterns": {
			allowing(deny, "gcr.io/**", "k8s.gcr.io/**", "gke.gcr.io/**", "europe-west4-artifactregistry.gcr.io/**"), nil,
		},
		"a pattern missing": {allowing(deny, all[1:]...), []string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"}},
		"no region": {
			allowing(deny, admission.SystemImages()...), []string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"},
		},
		"patterns too narrow": {
			allowing(deny, append(all[:2:2], "gke.gcr.io/*", all[3], regional)...),
			[]string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"},
		},
		"region too narrow": {
			allowing(deny, append(admission.SystemImages(), strings.TrimSuffix(regional, "*"))...),
			[]string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"},
		},
		"a cluster":          {clusters(allow, deny), []string{"SYSTEM_IMAGES_BLOCKED " + prod}},
		"a user's namespace": {only(admission.ScopeNamespace, deny, allow), nil},
		"the system's namespace": {
			admission.Policy{Default: allow, Rules: rules{admission.ScopeNamespace: {"kube-system": deny}}},
			[]string{`SYSTEM_IMAGES_BLOCKED kubernetes_namespace_admission_rules["kube-system"]`},
		},
		"an account of the system": {
			admission.Policy{Default: allow, Rules: rules{admission.ScopeServiceAccount: {"kube-system:kube-dns": require(built)}}},
			[]string{`SYSTEM_IMAGES_BLOCKED kubernetes_service_account_admission_rules["kube-system:kube-dns"]`},
		},
		"other namespaces of the system": {
			admission.Policy{Default: deny, Rules: rules{admission.ScopeNamespace: {"kube-system": allow}}},
			[]string{"SYSTEM_IMAGES_BLOCKED default_admission_rule"},
		},
		"no keys": {
			admission.Policy{
				GlobalEvaluation: true,
				Default:          require(built, built2),
				Rules:            rules{admission.ScopeCluster: {"us-east1.prod": require(built2)}},
			},
			[]string{
				"ATTESTOR_WITHOUT_KEYS default_admission_rule.require_attestations_by[1]",
				"ATTESTOR_WITHOUT_KEYS " + prod + ".require_attestations_by[0]",
			},
		},
		"no keys in a dry run": {admission.Policy{Default: dryRun(require(built2))}, nil},
		"keys not known":       {admission.Policy{GlobalEvaluation: true, Default: require("projects/c/attestors/x")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range admission.Lockouts(c.policy, keys) {
				got = append(got, l.Code+" "+l.Path.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestALockoutSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	found := admission.Lockouts(allowing(deny, admission.SystemImages()[1:]...), nil)
	want := "no allowlist pattern exempts gcr.io/google-containers/*, " + admission.RegionalSystemImages
	if len(found) != 1 || !strings.Contains(found[0].Message, want) || !strings.Contains(found[0].Message, "ENABLE") {
		t.Errorf("got %+v, want one with %q", found, want)
	}
}
