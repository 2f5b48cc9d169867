package moved

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

var (
	movedFrom = regexp.MustCompile(`(?ms)^moved \{\n  from = (\w+)\.(\w+)\n.*?\n\}\n`)
	resources = regexp.MustCompile(`(?m)^resource "(\w+)"`)
)

// TestTheGuide moves the project of the guide, starting from the state of its old configuration
// written by hashicorp/google (testdata/guide.json).
func TestTheGuide(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/guides/moving-from-google.md")
	fine(t, err)
	config := movedConfig(string(raw))
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{}), state: readState(t, "testdata/guide.json")}
	other := w.CLI(t, movedFrom.ReplaceAllString(config, ""))
	key := "../../examples/resources/binauthz_attestation/release.pem"
	release, err := os.ReadFile(key)
	fine(t, err)
	other.WriteFile(t, "release.pem", string(release))
	other.Succeeds(t, "apply", "-auto-approve")
	w.rename(t, "google_container_analysis_occurrence", "web", other.Instances(t)["binauthz_attestation.web"].Attributes["name"].(string))
	note := w.state.attributes(t, "google_binary_authorization_attestor", "built").list("attestation_authority_note")[0]
	note.list("public_keys")[0].list("pkix_public_key")[0]["public_key_pem"] = w.kmsKey(t)
	movedOnly(config)(w.state)
	cli := w.MovedCLI(t, config, w.state.text(t))
	cli.WriteFile(t, "release.pem", string(release))
	out := cli.Succeeds(t, "plan")
	if acctest.Says(t, out, nothingToDo); strings.Count(out, "has moved to") != len(w.state.resources()) {
		t.Error(out)
	}
	for _, plan := range acctest.Blocks(string(raw), "text") {
		acctest.Quotes(t, out, plan)
	}
}

// movedConfig returns the moved blocks of a page and their target resources, limited to the types
// in kinds.
func movedConfig(page string) string {
	known, config := slices.Collect(maps.Values(kinds)), ""
	for _, block := range acctest.Blocks(page, "terraform") {
		other := slices.ContainsFunc(resources.FindAllStringSubmatch(block, -1), func(r []string) bool {
			return !slices.Contains(known, r[1])
		})
		if movedFrom.MatchString(block) && !other {
			config += block
		}
	}
	return config
}

// movedOnly removes every resource from a state except the sources of the configuration's moved
// blocks.
func movedOnly(config string) func(document) {
	return func(d document) {
		d["resources"] = slices.DeleteFunc(d["resources"].([]any), func(r any) bool {
			of := r.(map[string]any)
			return !strings.Contains(config, "from = "+of["type"].(string)+"."+of["name"].(string)+"\n")
		})
	}
}
