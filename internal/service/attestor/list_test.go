package attestor_test

import (
	"fmt"
	"slices"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// TestAttestorsAreFoundInPages: a query reads no more pages than its limit needs.
func TestAttestorsAreFoundInPages(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	const there = 150
	g := acctest.NewEmulated(t, emulator.Options{PageSize: 50})
	for i := range there {
		makes(t, g, "demo", fmt.Sprintf("team-%03d", i))
	}
	cli := g.CLI(t, "")
	for _, c := range []struct {
		limit        string
		found, pages int
	}{
		{"limit = 1000", there, 3},
		{"limit = 101", 101, 3},
		{"", 100, 2}, // Terraform's default
		{"limit = 7", 7, 1},
	} {
		before, read := g.Calls("ListAttestors"), g.Calls("GetAttestor")
		found, said := cli.Query(t,
			"list \"binauthz_attestor\" \"all\" {\n  provider = binauthz\n  include_resource = true\n"+c.limit+"\n}\n")
		if len(found) != c.found || len(said) > 0 || g.Calls("ListAttestors")-before != c.pages || g.Calls("GetAttestor") != read {
			t.Errorf("%q: %d were found in %d pages, and said was %v", c.limit, len(found), g.Calls("ListAttestors")-before, said)
		}
		for i, f := range found {
			want := fmt.Sprintf("team-%03d", i)
			if f.DisplayName != want || f.Identity["name"] != want || f.Identity["project"] != "demo" || f.Resource["name"] != want {
				t.Errorf("%d: %v", i, f)
			}
		}
	}
}

// TestAttestorsOfTwoProjectsAreFound: each list block names its project.
func TestAttestorsOfTwoProjectsAreFound(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	for project, names := range map[string][]string{"demo": {"b", "a"}, "demo-shared": {"c"}} {
		for _, id := range names {
			makes(t, g, project, id)
		}
	}
	cli := g.CLI(t, "")
	for config, want := range map[string][]string{
		"": {"demo/a", "demo/b"}, `project = ""`: {"demo/a", "demo/b"}, `project = "demo-shared"`: {"demo-shared/c"},
	} {
		found, said := cli.Query(t, "list \"binauthz_attestor\" \"all\" {\n  provider = binauthz\n  config {\n    "+config+"\n  }\n}\n")
		var got []string
		for _, f := range found {
			got = append(got, f.Identity["project"]+"/"+f.Identity["name"])
			if f.Resource != nil {
				t.Errorf("nobody asked for %v", f.Resource)
			}
		}
		if !slices.Equal(got, want) || len(said) > 0 {
			t.Errorf("%q: found %v, said %v", config, got, said)
		}
	}
}

// makes creates an attestor without keys.
func makes(t *testing.T, g *acctest.Ground, project, id string) {
	t.Helper()
	note := &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"}
	_, err := g.Clients.CreateAttestor(t.Context(), resname.Attestor{Project: project, ID: id}, &gcp.Attestor{
		AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{UserOwnedGrafeasNote: note},
	})
	if err != nil {
		t.Fatal(err)
	}
}
