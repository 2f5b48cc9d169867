package policy_test

import (
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const listParts = "list \"binauthz_policy_rule\" \"all\" {\n  provider = binauthz\n}\n" +
	"list \"binauthz_policy_allowlist_pattern\" \"all\" {\n  provider = binauthz\n}\n"

// queried are the identities and titles found by a query of all parts of the policy.
func queried(t *testing.T, g *acctest.Ground) (all []string) {
	t.Helper()
	before := g.AllCalls()
	found, said := g.CLI(t, "").Query(t, listParts)
	if len(said) > 0 || g.AllCalls()-before != 1 {
		t.Errorf("said %v after %d calls", said, g.AllCalls()-before)
	}
	for _, f := range found {
		if f.Identity["project"] != g.Project || !strings.HasPrefix(f.DisplayName, f.Identity["rule"]+f.Identity["pattern"]) {
			t.Errorf("%v", f)
		}
		all = append(all, f.DisplayName)
	}
	slices.Sort(all)
	return all
}

// TestPartsOfAPolicyAreFound: the query finds every part of a policy written by anyone.
func TestPartsOfAPolicyAreFound(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	for name, c := range map[string]struct {
		more string
		want []string
	}{
		"none": {"", nil},
		"clusters": {
			`cluster_admission_rules = { "us-central1.b" = ` + dryRun + `, "us-central1.a" = ` + allow + " }",
			[]string{"cluster/us-central1.a: ALWAYS_ALLOW", "cluster/us-central1.b: ALWAYS_DENY (dry run)"},
		},
		"namespaces": {
			`kubernetes_namespace_admission_rules = { "payments" = ` + deny + " }", []string{"kubernetes_namespace/payments: ALWAYS_DENY"},
		},
		"service accounts": {
			`kubernetes_service_account_admission_rules = { "payments:default" = ` + deny + " }",
			[]string{"kubernetes_service_account/payments:default: ALWAYS_DENY"},
		},
		"identities": {
			`istio_service_identity_admission_rules = { "spiffe://cluster.local/ns/a/sa/b" = ` + deny + " }",
			[]string{"istio_service_identity/cluster.local/ns/a/sa/b: ALWAYS_DENY"},
		},
		"patterns": {
			`admission_whitelist_patterns = ["us-docker.pkg.dev/demo/base/**", "gcr.io/demo/*"]`,
			[]string{"gcr.io/demo/*", "us-docker.pkg.dev/demo/base/**"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			attestors(t, g, "ci")
			cli := g.CLI(t, config(require("ci"), c.more))
			if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
				t.Fatal(out)
			}
			want := append(slices.Clone(c.want), "default: REQUIRE_ATTESTATION by projects/demo/attestors/ci")
			slices.Sort(want)
			if got := queried(t, g); !slices.Equal(got, want) {
				t.Errorf("found %q", got)
			}
		})
	}
}

// TestGooglesDefaultPolicyHasNoPartsOfAnybody: Google's default policy has no results. A default
// rule equal to Google's is found as soon as there is another rule.
func TestGooglesDefaultPolicyHasNoPartsOfAnybody(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	if got := queried(t, g); got != nil {
		t.Errorf("found %q", got)
	}
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = patterns("gcr.io/google-containers/*", "k8s.gcr.io/**")
	})
	if got := queried(t, g); got != nil {
		t.Errorf("found %q", got)
	}
	edit(t, g, func(p *gcp.Policy) {
		p.AdmissionWhitelistPatterns = patterns("gcr.io/google-containers/*", "gcr.io/demo/*")
	})
	if got := queried(t, g); !slices.Equal(got, []string{"default: ALWAYS_ALLOW", "gcr.io/demo/*", "gcr.io/google-containers/*"}) {
		t.Errorf("found %q", got)
	}
}

// TestPartsOfADomainsProjectAreTakenOver: a project in a domain has a dot in its id, as registries
// have. The identity of a part is still unambiguous.
func TestPartsOfADomainsProjectAreTakenOver(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	const provider = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	parts := "project = \"example.com:demo\"\nadmission_whitelist_patterns = [\"us-docker.pkg.dev/demo/base/**\"]"
	if out, code := g.CLI(t, provider+config(dryRun, parts)).Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli := g.CLI(t, provider)
	cli.WriteFile(t, "all.tfquery.hcl", strings.ReplaceAll(listParts, "= binauthz\n",
		"= binauthz\n  config {\n    project = \"example.com:demo\"\n  }\n"))
	if out, code := cli.Run(t, "query", "-generate-config-out=found.tf"); code != 0 {
		t.Fatal(out)
	}
	if out, _ := g.Fresh(t, cli).Run(t, "plan"); !strings.Contains(out, "2 to import, 0 to add, 0 to change, 0 to destroy") {
		t.Error(out)
	}
}

func patterns(names ...string) []*binaryauthorizationpb.AdmissionWhitelistPattern {
	all := make([]*binaryauthorizationpb.AdmissionWhitelistPattern, len(names))
	for i, name := range names {
		all[i] = &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: name}
	}
	return all
}
