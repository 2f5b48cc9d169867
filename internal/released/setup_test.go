package released_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/released"
)

const (
	root = "../.."
	file = "testdata/schema.json"
)

// write is set by `make schema-released`.
var write = flag.Bool("write", false, "write "+file)

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// baseline is the last release.
func baseline(t *testing.T) *released.Schema {
	t.Helper()
	var s released.Schema
	if err := json.Unmarshal([]byte(read(t, file)), &s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// served is the schema of this source, with its import ids and identities.
func served(t *testing.T, release string) *released.Schema {
	t.Helper()
	s, err := released.Served(t.Context(), release)
	if err != nil {
		t.Fatal(err)
	}
	for kind, c := range s.Resources {
		c.Imports = imports(t, kind)
	}
	return s
}

func importer(t *testing.T) *released.Importer {
	t.Helper()
	i, err := released.NewImporter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// imports are the ids and identities of the examples of a resource, and the ids in other forms,
// with the attributes read from them.
func imports(t *testing.T, kind string) (all []*released.Import) {
	t.Helper()
	i, folder := importer(t), filepath.Join(root, "examples/resources", kind)
	ids := slices.Clone(otherForms[kind])
	for _, found := range importID.FindAllStringSubmatch(read(t, folder, "import-by-string-id.tf"), -1) {
		ids = append(ids, found[1])
	}
	for _, found := range importCommand.FindAllStringSubmatch(read(t, folder, "import.sh"), -1) {
		ids = append(ids, found[1]+found[2])
	}
	// An id with only the title of a condition requires a lookup in the policy.
	ids = slices.DeleteFunc(ids, func(id string) bool { return strings.HasSuffix(id, " Until the migration is over") })
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		attributes, err := i.Import(t.Context(), kind, id, nil)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &released.Import{ID: id, Attributes: attributes})
	}
	for _, block := range importIdentity.FindAllStringSubmatch(read(t, folder, "import-by-identity.tf"), -1) {
		identity := map[string]string{}
		for _, found := range assignment.FindAllStringSubmatch(block[1], -1) {
			identity[found[1]] = found[2]
		}
		attributes, err := i.Import(t.Context(), kind, "", identity)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &released.Import{Identity: identity, Attributes: attributes})
	}
	return all
}

var (
	importID       = regexp.MustCompile(`(?m)^  id = "([^"\n]+)"$`)
	importCommand  = regexp.MustCompile(`(?m)^terraform import \S+ (?:'([^'\n]+)'|([^\s']+))$`)
	importIdentity = regexp.MustCompile(`(?ms)^  identity = \{\n(.*?)^  \}$`)
	assignment     = regexp.MustCompile(`(?m)^ +(\w+) += "(.+)"$`)
)

// otherForms are ids in forms not used by the examples.
var otherForms = map[string][]string{
	"binauthz_attestation":              {"demo/1b671a64", "1b671a64"},
	"binauthz_attestor":                 {"demo/built", "built", "//binaryauthorization.googleapis.com/projects/demo/attestors/built"},
	"binauthz_attestor_iam_binding":     {"demo/built roles/viewer", `demo/built roles/viewer {"title":"a","expression":"true"}`},
	"binauthz_attestor_iam_member":      {"demo/built roles/viewer user:a@example.com"},
	"binauthz_attestor_iam_policy":      {"demo/built"},
	"binauthz_attestor_key":             {"demo/built https://example.com/1"},
	"binauthz_cluster_policy_binding":   {"demo/us-central1/prod projects/demo/platforms/gke/policies/x"},
	"binauthz_cluster_settings":         {"demo/us-central1/prod", "us-central1/prod", "projects/demo/zones/us-central1-a/clusters/prod"},
	"binauthz_note":                     {"demo/built", "built"},
	"binauthz_note_iam_binding":         {"demo/built roles/viewer"},
	"binauthz_note_iam_member":          {"demo/built roles/viewer user:a@example.com"},
	"binauthz_note_iam_policy":          {"demo/built"},
	"binauthz_platform_policy":          {"demo/production", "production"},
	"binauthz_policy":                   {"demo", "projects/demo"},
	"binauthz_policy_allowlist_pattern": {"demo/gcr.io/p/**", "gcr.io/p/**"},
	"binauthz_policy_iam_binding":       {"demo roles/viewer", `demo roles/viewer {"title":"a","expression":"true"}`},
	"binauthz_policy_iam_member":        {"demo roles/viewer user:a@example.com"},
	"binauthz_policy_iam_policy":        {"demo"},
	"binauthz_policy_rule":              {"demo/cluster/us-central1.prod", "cluster/us-central1.prod", "default"},
}
