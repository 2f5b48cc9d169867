package cluster_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

func TestClustersAreFoundByWhatTheyEnforce(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	const at = "projects/demo/locations/"
	names := []string{
		"us-central1/clusters/open", "us-central1/clusters/prod", "us-central1/clusters/audited",
		"us-east1-b/clusters/prod", "us-east1-b/clusters/dev",
	}
	for i := range names {
		names[i] = at + names[i]
	}
	g := acctest.NewEmulated(t, emulator.Options{Clusters: names})
	set(t, g, names[1], enforce)
	set(t, g, names[2], gcp.ModeBindings, binding)
	set(t, g, names[3], gcp.ModeBindingsAndProjectPolicy, binding)
	const (
		open, dev = "us-central1/open: DISABLED", "us-east1-b/dev: DISABLED"
		prod      = "us-central1/prod: PROJECT_SINGLETON_POLICY_ENFORCE"
		audited   = "us-central1/audited: POLICY_BINDINGS"
		both      = "us-east1-b/prod: POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
	)
	cli := g.CLI(t, "")
	for config, want := range map[string][]string{
		"":                         {audited, open, prod, dev, both},
		`location = ""`:            {audited, open, prod, dev, both},
		"enforces = false":         {audited, open, dev},
		"enforces = true":          {prod, both},
		`location = "us-central1"`: {audited, open, prod},
		`location = "us-east1"`:    nil, // that of a zone is the zone
		"location = \"us-east1-b\"\n    enforces = false": {dev},
	} {
		before := g.AllCalls()
		found, said := cli.Query(t,
			"list \"binauthz_cluster_settings\" \"all\" {\n  provider = binauthz\n  config {\n    "+config+"\n  }\n}\n")
		var got []string
		for _, f := range found {
			got = append(got, f.DisplayName)
			if id := f.Identity; id["project"] != "demo" || !strings.HasPrefix(f.DisplayName, id["location"]+"/"+id["name"]+": ") {
				t.Errorf("%v", f)
			}
		}
		if !slices.Equal(got, want) || len(said) > 0 || g.AllCalls()-before != 1 {
			t.Errorf("%q: found %q and said %v, after %d calls", config, got, said, g.AllCalls()-before)
		}
	}
}

// TestZonesThatDoNotAnswerAreNamed: an incomplete list causes a warning, even if Terraform stops at
// its limit.
func TestZonesThatDoNotAnswerAreNamed(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	const at = "projects/demo/locations/"
	names := []string{at + "us-central1/clusters/a", at + "us-central1/clusters/b", at + "us-east1-b/clusters/c"}
	g := acctest.NewEmulated(t, emulator.Options{Clusters: names})
	g.Emulator.GKE().SetMissingZones("demo", "us-east1-b", "us-west1")
	found, said := g.CLI(t, "").Query(t, "list \"binauthz_cluster_settings\" \"all\" {\n  provider = binauthz\n  limit = 1\n}\n")
	if len(found) != 1 || found[0].Identity["name"] != "a" || len(said) != 1 {
		t.Fatalf("found %v and said %v", found, said)
	}
	d, summary := said[0], "Not all clusters are known (projects/demo)"
	if d.Severity != "warning" || d.Summary != summary || !strings.Contains(d.Detail, "us-east1-b, us-west1") {
		t.Errorf("said %v", d)
	}
}
