// Package queries tests the common behavior of all list resources of `terraform query`.
package queries

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

// kind is a listable kind of object.
type kind struct {
	// method is its list method, permission the method's permission, words the name of the objects
	// in diagnostics.
	method, permission, words string
}

var kinds = map[string]kind{
	"binauthz_note":                     {"ListNotes", "containeranalysis.notes.list", "notes"},
	"binauthz_attestor":                 {"ListAttestors", "binaryauthorization.attestors.list", "attestors"},
	"binauthz_attestation":              {"ListOccurrences", "containeranalysis.occurrences.list", "attestations"},
	"binauthz_platform_policy":          {"ListPlatformPolicies", "binaryauthorization.platformPolicies.list", "platform policies"},
	"binauthz_policy_rule":              {"GetPolicy", "binaryauthorization.policy.get", "policy rules"},
	"binauthz_policy_allowlist_pattern": {"GetPolicy", "binaryauthorization.policy.get", "policy allowlist patterns"},
	"binauthz_attestor_iam_member":      {"ListAttestors", "binaryauthorization.attestors.list", "attestor iam members"},
	"binauthz_note_iam_member":          {"ListNotes", "containeranalysis.notes.list", "note iam members"},
	"binauthz_policy_iam_member":        {"GetIamPolicy", "binaryauthorization.policy.getIamPolicy", "policy iam members"},
	"binauthz_cluster_settings":         {"ListClusters", "container.clusters.list", "cluster settings"},
}

func block(kind, config string) string {
	return fmt.Sprintf("list %q \"all\" {\n  provider = binauthz\n  config {\n    %s\n  }\n}\n", kind, config)
}

// of runs a test for each kind.
func of(t *testing.T, test func(*testing.T, string, kind, *acctest.Ground)) {
	t.Helper()
	acctest.NeedsQueries(t)
	for name, k := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name, k, acctest.NewEmulated(t, emulator.Options{}))
		})
	}
}

func TestEveryKindIsTested(t *testing.T) {
	t.Parallel()
	all, err := provider.Server(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if served, tested := slices.Sorted(maps.Keys(all.ListResourceSchemas)), slices.Sorted(maps.Keys(kinds)); !slices.Equal(served, tested) {
		t.Errorf("served are %v, tested %v", served, tested)
	}
}

func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	t.Parallel()
	of(t, func(t *testing.T, name string, k kind, g *acctest.Ground) {
		t.Helper()
		found, said := g.CLI(t, "").Query(t, block(name, `project = "demo-empty"`))
		if len(found) > 0 || len(said) > 0 || g.AllCalls() != 1 || g.Calls(k.method) != 1 {
			t.Errorf("found %v, said %v, and called %v", found, said, g.Emulator.Calls())
		}
	})
}

func TestAListThatIsDeniedSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	of(t, func(t *testing.T, name string, k kind, g *acctest.Ground) {
		t.Helper()
		inject(t, g, fault.Fault{Method: k.method, Kind: "permission_denied", Count: fault.Forever})
		found, said := g.CLI(t, "").Query(t, block(name, ""))
		if len(found) > 0 || len(said) != 1 {
			t.Fatalf("found %v and said %v", found, said)
		}
		d, missing := said[0], "The permission "+k.permission+" is missing"
		if d.Severity != "error" || d.Summary != "Cannot list "+k.words || !strings.Contains(d.Detail, missing) {
			t.Errorf("said %v", d)
		}
	})
}

// As everywhere, a temporary error is retried.
func TestAListOutlivesAnOutage(t *testing.T) {
	t.Parallel()
	of(t, func(t *testing.T, name string, k kind, g *acctest.Ground) {
		t.Helper()
		inject(t, g, fault.Fault{Method: k.method, Kind: "unavailable", Count: 2})
		if _, said := g.CLI(t, "").Query(t, block(name, "")); len(said) > 0 || g.Calls(k.method) != 3 {
			t.Errorf("said %v after %d calls", said, g.Calls(k.method))
		}
	})
}

func TestAWrongProjectIsRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	of(t, func(t *testing.T, name string, _ kind, g *acctest.Ground) {
		t.Helper()
		_, said := g.CLI(t, "").Query(t, block(name, `project = "projects/demo"`))
		if len(said) != 1 || said[0].Summary != "Invalid project" || g.AllCalls() > 0 {
			t.Errorf("said %v after %d calls", said, g.AllCalls())
		}
	})
}

func TestAnInterruptEndsAQuery(t *testing.T) {
	t.Parallel()
	of(t, func(t *testing.T, name string, k kind, g *acctest.Ground) {
		t.Helper()
		inject(t, g, fault.Fault{Method: k.method, Kind: fault.Hang, Count: fault.Forever})
		cli := g.CLI(t, "")
		cli.WriteFile(t, "all.tfquery.hcl", block(name, ""))
		if out, took := g.Interrupt(t, cli, k.method, "query"); took > 10*time.Second {
			t.Errorf("the query ended %s after the interrupt, and said: %s", took, out)
		}
	})
}

func inject(t *testing.T, g *acctest.Ground, f fault.Fault) {
	t.Helper()
	if err := g.Emulator.Inject(f); err != nil {
		t.Fatal(err)
	}
}
