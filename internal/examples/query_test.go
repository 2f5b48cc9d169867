package examples_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var listBlock = regexp.MustCompile(`(?m)^list "(\w+)" "(\w+)"`)

// TestListResources looks with each example for what the example of the resource has made.
func TestListResources(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	for _, folder := range glob(t, "examples/list-resources/*") {
		e := example{kind: filepath.Base(folder)}
		t.Run(e.kind, func(t *testing.T) {
			t.Parallel()
			cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, read(t, providerFile)+e.read(t, "resource.tf"))
			for name, content := range assets(t, "examples/resources/"+e.kind) {
				cli.WriteFile(t, name, content)
			}
			cli.Succeeds(t, "apply", "-auto-approve")
			blocks := read(t, "examples/list-resources", e.kind, "list-resource.tfquery.hcl")
			found, said := cli.Query(t, blocks)
			if len(found) == 0 || len(said) > 0 {
				t.Errorf("found %v and said %v", found, said)
			}
			for _, b := range listBlock.FindAllStringSubmatch(blocks, -1) {
				if b[1] != e.kind {
					t.Errorf("the example of %s lists %s", e.kind, b[1])
				}
			}
		})
	}
}

// fleet is a project with objects of every kind that can be listed, one for each kind of value: their number, and what makes them.
func fleet(t *testing.T) string {
	t.Helper()
	key := func(file string) string {
		path, err := filepath.Abs(filepath.Join(root, "internal/attest/testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("file(%q)", path)
	}
	return fmt.Sprintf(`
resource "binauthz_note" "fleet" {
  count               = 10
  name                = "team-${count.index}"
  human_readable_name = "Team \"${count.index}\""
  short_description   = count.index %% 2 == 0 ? "two\nlines" : null
  expiration_time     = count.index == 3 ? "2040-01-02T04:04:05+01:00" : null
  related_url         = count.index == 4 ? [{ url = "https://example.com/a", label = "A" }, { url = "https://example.com/b" }] : null
}
locals {
  held = { kms_key_version = %q }
  pgp  = { pgp = { ascii_armored_public_key = %s } }
  pkix = { pkix = { public_key_pem = %s, signature_algorithm = "EC_SIGN_P256_SHA256" }, comment = "offline" }
  keys = [[local.held], [local.pgp], [local.pkix], [local.held, local.pgp, local.pkix], []]
}
resource "binauthz_attestor" "fleet" {
  count       = 10
  name        = "team-${count.index}"
  note        = binauthz_note.fleet[count.index].id
  description = count.index %% 3 == 0 ? "Team ${count.index}" : null
  public_keys = local.keys[count.index %% 5]
}
resource "binauthz_attestation" "held" {
  count           = 8
  attestor        = binauthz_attestor.fleet[count.index < 4 ? 0 : 3].id
  image           = "us-docker.pkg.dev/demo/app/web-${count.index}@sha256:%s"
  kms_key_version = local.held.kms_key_version
}
resource "binauthz_attestation" "pgp" {
  attestor      = binauthz_attestor.fleet[1].id
  image         = %q
  public_key_id = provider::binauthz::public_key_id(local.pgp.pgp.ascii_armored_public_key)
  signature     = base64encode(%s)
}
resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = [binauthz_attestor.fleet[0].id, binauthz_attestor.fleet[1].id]
}
resource "binauthz_policy_rule" "clusters" {
  count            = 9
  scope            = { cluster = "us-central1.c-${count.index}" }
  evaluation_mode  = ["ALWAYS_ALLOW", "ALWAYS_DENY"][count.index %% 2]
  enforcement_mode = ["ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY"][count.index %% 2]
}
resource "binauthz_policy_allowlist_pattern" "fleet" {
  count   = 6
  pattern = "us-docker.pkg.dev/demo/base-${count.index}/**"
}
resource "binauthz_platform_policy" "fleet" {
  count       = 3
  name        = "team-${count.index}"
  description = count.index == 0 ? "Team 0" : null
  gke_policy = {
    image_allowlist = count.index == 0 ? ["gcr.io/p/*"] : null
    check_sets = count.index == 1 ? null : [
      { scope = { kubernetes_service_account = "a:b" } },
      { scope = { kubernetes_namespace = "a" }, checks = [{ always_deny = true }] },
      { checks = [
        { simple_signing_attestation_check = { attestation_authenticators = [{ pkix_public_key_set = { pkix_public_keys = [local.held, local.pkix.pkix] } }] } },
        { slsa_check = { rules = [{ trusted_builder = "GOOGLE_CLOUD_BUILD", attestation_source = { container_analysis_attestation_projects = ["projects/demo"] } }] } },
        { image_freshness_check = { max_upload_age_days = 30 } }, { trusted_directory_check = { trusted_dir_patterns = ["gcr.io/p/**"] } },
        { vulnerability_check = { maximum_fixable_severity = "LOW", maximum_unfixable_severity = "HIGH" } },
        { sigstore_signature_check = { sigstore_authorities = [{ public_key_set = { public_keys = [{ public_key_pem = local.pkix.pkix.public_key_pem }] } }] } },
      ] },
    ]
  }
}
resource "binauthz_attestor_iam_member" "fleet" {
  count     = 10
  attestor  = binauthz_attestor.fleet[floor(count.index / 2)].id
  role      = "roles/binaryauthorization.attestorsVerifier"
  member    = "user:team-${count.index}@example.com"
  condition = count.index %% 4 == 1 ? { title = "For now", description = count.index == 1 ? "a \"b\"" : null, expression = "request.time < timestamp('2040-01-01T00:00:00Z') && true" } : null
}
resource "binauthz_note_iam_member" "fleet" {
  count  = 4
  note   = binauthz_note.fleet[count.index].id
  role   = "roles/containeranalysis.notes.attacher"
  member = "serviceAccount:ci-${count.index}@demo.iam.gserviceaccount.com"
}
resource "binauthz_policy_iam_member" "fleet" {
  count  = 3
  role   = "roles/binaryauthorization.policyViewer"
  member = "group:team-${count.index}@example.com"
}
resource "binauthz_cluster_settings" "fleet" {
  count           = 3
  cluster         = "us-central1/c-${count.index}"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
}
`, heldKey, key("pgp_rsa.asc"), key("p256.pem"), strings.Repeat("0f", 32), anImage, key("pgp_rsa.msg.asc"))
}

// inFleet is how many objects of each kind the fleet has. Clusters are there before.
var inFleet = map[string]int{
	"binauthz_note": 10, "binauthz_attestor": 10, "binauthz_attestation": 9,
	"binauthz_policy_rule": 10, "binauthz_policy_allowlist_pattern": 6, "binauthz_cluster_settings": 7,
	"binauthz_platform_policy":     3,
	"binauthz_attestor_iam_member": 10, "binauthz_note_iam_member": 4, "binauthz_policy_iam_member": 3,
}

// TestQueriedConfigurationPlansClean takes over a whole project with what a query writes: all of it is imported, and nothing is asked for.
func TestQueriedConfigurationPlansClean(t *testing.T) {
	t.Parallel()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters(inFleet["binauthz_cluster_settings"])})
	const provider = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	g.CLI(t, provider+fleet(t)).Succeeds(t, "apply", "-auto-approve")
	bind(t, g, "c-5", gcp.Setting{Mode: gcp.ModeBindingsAndProjectPolicy, Bindings: []string{"projects/demo/platforms/gke/policies/audit"}})

	cli, total, blocks := g.Fresh(t, g.CLI(t, provider)), 0, ""
	for _, kind := range slices.Sorted(maps.Keys(inFleet)) {
		total += inFleet[kind]
		blocks += fmt.Sprintf("list %q \"all\" {\n  provider = binauthz\n  limit    = 1000\n}\n", kind)
	}
	same(t, kinds(served(t))["list-resources"], slices.Collect(maps.Keys(inFleet)))
	found, said := cli.Query(t, strings.ReplaceAll(blocks, "  limit", "  include_resource = true\n  limit"))
	if len(found) != total || len(said) > 0 {
		t.Errorf("%d of %d were found, and said was %v", len(found), total, said)
	}
	cli.WriteFile(t, "query.tfquery.hcl", blocks)
	before := g.Emulator.Calls()
	cli.Succeeds(t, "query", "-generate-config-out=found.tf")
	calls := map[string]int{"ListNotes": 2, "ListAttestors": 3, "ListOccurrences": 1, "GetPolicy": 1, "ListClusters": 1, "ListPlatformPolicies": 1, "GetIamPolicy": 21}
	expectCalls(t, before, g.Emulator.Calls(), calls)

	clean := fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", total)
	out := g.Fresh(t, cli).Succeeds(t, "plan")
	acctest.Says(t, out, clean)
	if strings.Contains(out, "Warning") {
		t.Error(out)
	}
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", total))
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	expectImported(t, cli.Succeeds(t, "show", "-json"), found)
}

// expectImported compares what a query has found with what an import has made of the same objects.
func expectImported(t *testing.T, state string, found []acctest.Found) {
	t.Helper()
	type object struct {
		Identity map[string]string `json:"identity"`
		Values   map[string]any    `json:"values"`
	}
	var all struct {
		Values struct {
			Module struct {
				Resources []object `json:"resources"`
			} `json:"root_module"`
		} `json:"values"`
	}
	if err := json.Unmarshal([]byte(state), &all); err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		is := func(o object) bool { return reflect.DeepEqual(o, object{f.Identity, f.Resource}) }
		if !slices.ContainsFunc(all.Values.Module.Resources, is) {
			t.Errorf("nothing was imported as %v is shown: %v", f.Identity, f.Resource)
		}
	}
	if len(all.Values.Module.Resources) != len(found) {
		t.Errorf("%d objects were imported, and %d found", len(all.Values.Module.Resources), len(found))
	}
}

func clusters(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("projects/demo/locations/us-central1/clusters/c-%d", i)
	}
	return all
}

func bind(t *testing.T, g *acctest.Ground, cluster string, to gcp.Setting) {
	t.Helper()
	_, err := g.Clients.ChangeSetting(t.Context(), gcp.SettingChange{
		Cluster: resname.Cluster{Project: "demo", Location: "us-central1", ID: cluster},
		Decide:  func(gcp.Setting, bool) (gcp.Setting, error) { return to, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
}

// expectCalls compares the calls between two counts, by the last part of their names.
func expectCalls(t *testing.T, before, after, want map[string]int) {
	t.Helper()
	made := map[string]int{}
	for name, n := range after {
		if n > before[name] {
			made[name[strings.LastIndex(name, "/")+1:]] += n - before[name]
		}
	}
	if !maps.Equal(made, want) {
		t.Errorf("the calls were %v", made)
	}
}
