package platformpolicy_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func TestPlatformPolicyDataSources(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	const one, all = "data.binauthz_platform_policy.one", "data.binauthz_platform_policies.all"
	w.Run(t, resource.TestStep{
		Config: w.config(rest(freshness+", "+signed(kms(w.KMSKeyVersion(t), ""))), "") + `
data "binauthz_platform_policy" "one" { name = binauthz_platform_policy.it.id }
data "binauthz_platform_policies" "all" { depends_on = [binauthz_platform_policy.it] }
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(one, tfjsonpath.New("id"), address, tfjsonpath.New("id"), compare.ValuesSame()),
			statecheck.CompareValuePairs(one, tfjsonpath.New("etag"), address, tfjsonpath.New("etag"), compare.ValuesSame()),
			statecheck.CompareValuePairs(one, tfjsonpath.New("gke_policy"), address, tfjsonpath.New("gke_policy"), compare.ValuesSame()),
			statecheck.ExpectKnownValue(all, tfjsonpath.New("platform_policies"), knownvalue.ListSizeExact(1)),
			statecheck.CompareValuePairs(all, tfjsonpath.New("platform_policies").AtSliceIndex(0).AtMapKey("gke_policy"), address,
				tfjsonpath.New("gke_policy"), compare.ValuesSame()),
		},
	})
}

func TestPlatformPolicyDataSourceThatFindsNothing(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for config, want := range map[string]string{
		`data "binauthz_platform_policy" "x" { name = "none" }`: `(?s)Cannot read platform policy.*not found \(GetPlatformPolicy\)`,
		`data "binauthz_platform_policy" "x" {
		  name    = "projects/p/platforms/gke/policies/a"
		  project = "q"
		}`: `(?s)Cannot read platform policy.*project is "q", but name\s+has\s+the\s+name`,
	} {
		g.Run(t, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)})
	}
}

// TestPlatformPoliciesAreFoundInPages: a query reads no more pages than its limit needs.
func TestPlatformPoliciesAreFoundInPages(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	const there = 70
	g := acctest.NewEmulated(t, emulator.Options{PageSize: 30})
	for i := range there {
		name := resname.PlatformPolicy{Project: "demo", Platform: "gke", ID: fmt.Sprintf("team-%03d", i)}
		empty := &gcp.PlatformPolicy{GkePolicy: &binaryauthorization.GkePolicy{}}
		if _, err := g.Clients.CreatePlatformPolicy(t.Context(), name, empty); err != nil {
			t.Fatal(err)
		}
	}
	cli := g.CLI(t, "")
	for limit, want := range map[string][2]int{"limit = 1000": {there, 3}, "limit = 7": {7, 1}} {
		before, read := g.Calls("ListPlatformPolicies"), g.Calls("GetPlatformPolicy")
		found, said := cli.Query(t,
			"list \"binauthz_platform_policy\" \"all\" {\n  provider = binauthz\n  include_resource = true\n"+limit+"\n}\n")
		if len(found) != want[0] || len(said) > 0 || g.Calls("ListPlatformPolicies")-before != want[1] ||
			g.Calls("GetPlatformPolicy") != read {
			t.Errorf("%q: %d were found in %d pages, and said was %v", limit, len(found), g.Calls("ListPlatformPolicies")-before, said)
		}
		if f := found[1]; f.DisplayName != "team-001" || f.Identity["name"] != "team-001" || f.Identity["platform"] != "gke" {
			t.Errorf("%v", f)
		}
	}
}
