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
	hcl       = regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$")
	plans     = regexp.MustCompile("(?ms)^```text\n(.*?)^```$")
	movedFrom = regexp.MustCompile(`(?ms)^moved \{\n  from = (\w+)\.(\w+)\n.*?\n\}\n`)
	resources = regexp.MustCompile(`(?m)^resource "(\w+)"`)
	uuid      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
)

// TestTheGuide moves the project of the guide, from the state that hashicorp/google has of its old configuration (testdata/guide.json).
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
	w.state.attributes(t, "google_binary_authorization_attestor", "built").list("attestation_authority_note")[0].list("public_keys")[0].list("pkix_public_key")[0]["public_key_pem"] = w.kmsKey(t)
	movedOnly(config)(w.state)
	cli := w.MovedCLI(t, config, w.state.text(t))
	cli.WriteFile(t, "release.pem", string(release))
	out := cli.Succeeds(t, "plan")
	if acctest.Says(t, out, nothingToDo); strings.Count(out, "has moved to") != len(w.state.resources()) {
		t.Error(out)
	}
	id := uuid.FindString(w.state.attributes(t, "google_container_analysis_occurrence", "web")["name"].(string))
	for _, p := range plans.FindAllStringSubmatch(string(raw), -1) {
		part, _, _ := strings.Cut(uuid.ReplaceAllString(p[1], id), "Plan:")
		acctest.Says(t, asPrinted(out), strings.Join(strings.Fields(part), " "))
	}
}

// asPrinted is a plan as Terraform prints it. OpenTofu counts hidden attributes in another way, so the guide's numbers are put in their place.
func asPrinted(out string) string {
	if !strings.Contains(out, "OpenTofu") {
		return out
	}
	return strings.NewReplacer("(5 unchanged", "(6 unchanged", "(7 unchanged", "(8 unchanged", "(13 unchanged", "(14 unchanged").Replace(out)
}

// movedConfig is what a page has of moved blocks and the resources that they lead to, as far as kinds has them.
func movedConfig(page string) string {
	known, config := slices.Collect(maps.Values(kinds)), ""
	for _, block := range hcl.FindAllStringSubmatch(page, -1) {
		other := slices.ContainsFunc(resources.FindAllStringSubmatch(block[1], -1), func(r []string) bool { return !slices.Contains(known, r[1]) })
		if movedFrom.MatchString(block[1]) && !other {
			config += block[1]
		}
	}
	return config
}

// movedOnly leaves what a configuration moves in a state.
func movedOnly(config string) func(document) {
	return func(d document) {
		d["resources"] = slices.DeleteFunc(d["resources"].([]any), func(r any) bool {
			of := r.(map[string]any)
			return !strings.Contains(config, "from = "+of["type"].(string)+"."+of["name"].(string)+"\n")
		})
	}
}
