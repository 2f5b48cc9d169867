package moved

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// iamStates are states of hashicorp/google, one for each of its IAM resources.
const iamStates = "../service/iam/testdata/google_*.json"

// TestIAMMoves: all IAM resources of hashicorp/google move with an empty plan and without a write,
// with and without a refresh.
func TestIAMMoves(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(iamStates)
	if err != nil || len(files) != 6 {
		t.Fatalf("%d states: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			w := &world{Ground: acctest.NewEmulated(t, emulator.Options{}), state: readState(t, file)}
			config := iamObjects(w.state) + iamConfig(t, w.state)
			maker := w.CLI(t, config)
			maker.Succeeds(t, "apply", "-auto-approve")
			writes := w.writes()
			acctest.Says(t, w.MovedCLI(t, iamConfig(t, w.state)+w.state.moves(t), w.state.text(t)).Succeeds(t, "plan", "-refresh=false"),
				nothingToDo)
			cli := w.MovedCLI(t, iamConfig(t, w.state)+w.state.moves(t), w.state.text(t))
			acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), nothingToDo)
			ends(t, w.Fresh(t, cli), 0, "plan", "-detailed-exitcode")
			if n := w.writes() - writes; n != 0 {
				t.Errorf("%d writes: %v", n, w.Emulator.Calls())
			}
			made, moved := maker.Instances(t), cli.Instances(t)
			for address, m := range moved {
				if fmt.Sprint(m.Identity) != fmt.Sprint(made[address].Identity) || m.Attributes["id"] != made[address].Attributes["id"] {
					t.Errorf("%s is %v, not %v", address, m, made[address])
				}
			}
		})
	}
}

// iamObjects is the configuration of the note and the attestor in a state.
func iamObjects(d document) string {
	var name string
	for _, r := range d.resources() {
		attributes := object(r.list("instances")[0]["attributes"].(map[string]any))
		for _, kind := range []string{"attestor", "note"} {
			if full, ok := attributes[kind].(string); ok {
				name = full[strings.LastIndex(full, "/")+1:]
			}
		}
	}
	return fmt.Sprintf(`
resource "binauthz_note" "object" {
  name                = %[1]q
  human_readable_name = "Object"
}
resource "binauthz_attestor" "object" {
  name = %[1]q
  note = binauthz_note.object.id
}
`, name)
}

// iamConfig is the configuration for a state in this provider.
func iamConfig(t *testing.T, d document) string {
	t.Helper()
	var config strings.Builder
	for _, r := range d.resources() {
		fmt.Fprintf(&config, "resource %q %q {\n", kinds[r["type"].(string)], r["name"])
		for name, value := range object(r.list("instances")[0]["attributes"].(map[string]any)) {
			blocks, isBlock := value.([]any)
			switch {
			case name == "id" || name == "etag" || name == "condition" && len(blocks) == 0:
			case name == "condition" && isBlock:
				c := object(blocks[0].(map[string]any))
				fmt.Fprintf(&config, "  condition = { title = %q, expression = %q, description = %q }\n", c["title"], c["expression"],
					c["description"])
			case name == "attestor" || name == "note": // by its short name
				fmt.Fprintf(&config, "  %s = %q\n", name, filepath.Base(value.(string)))
			default:
				raw, err := json.Marshal(value)
				fine(t, err)
				fmt.Fprintf(&config, "  %s = %s\n", name, raw)
			}
		}
		config.WriteString("}\n")
	}
	return config.String()
}

// withMembers adds two members of each attestor of the fleet to a state.
func withMembers(t *testing.T) func(document) {
	t.Helper()
	members := readState(t, "../service/iam/testdata/google_binary_authorization_attestor_iam_member.json")
	return func(d document) {
		for _, r := range members.resources() {
			raw, err := json.Marshal(r.list("instances")[0])
			fine(t, err)
			var all []any
			for i := range fleetSize {
				var instance map[string]any
				fine(t, json.Unmarshal([]byte(strings.ReplaceAll(string(raw), "attestors/member", fmt.Sprintf("attestors/built-%d", i))),
					&instance))
				instance["identity"].(map[string]any)["attestor"], instance["index_key"] = fmt.Sprintf("built-%d", i), i
				all = append(all, instance)
			}
			r["instances"], r["each"] = all, "list"
			d["resources"] = append(d["resources"].([]any), map[string]any(r))
		}
	}
}
