package moved

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// fleetSize is the number of attestors, each with its note, in the moved project.
const fleetSize = 30

// fleet is the configuration of this project in this provider. To test the move of another type,
// add it to these files, to testdata/google.json as an object called "built", and to kinds.
func fleet(t *testing.T) string {
	t.Helper()
	return acctest.HCL(t, "testdata/fleet.tf", nil) + acctest.HCL(t, "testdata/members_of_the_fleet.tf", nil)
}

// TestAProjectMoves moves 30 attestors, their notes, 60 members and a policy without a write. The
// next plan is empty.
func TestAProjectMoves(t *testing.T) {
	t.Parallel()
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{}), state: readState(t, "testdata/google.json")}
	w.CLI(t, located(t, fleet(t))).Succeeds(t, "apply", "-auto-approve")
	w.useKMSKey(t)
	before := w.Emulator.Calls()
	writes := w.writes()
	cli := w.cli(t, fleet(t), removed("plain", "web", "twice"), multiplied("built", fleetSize), requiringAll, withMembers(t))
	said := cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, said, nothingToDo, "google_binary_authorization_attestor.built[29] has moved to binauthz_attestor.built[29]")
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if n := w.writes() - writes; n != 0 {
		t.Errorf("%d writes: %v, before %v", n, w.Emulator.Calls(), before)
	}
	if n := strings.Count(said, " has moved to "); n != 4*fleetSize+1 {
		t.Errorf("%d objects moved", n)
	}
}

// removed removes resources from a state by their names.
func removed(names ...string) func(document) {
	return func(d document) {
		var rest []any
		for _, r := range d["resources"].([]any) {
			if of := object(r.(map[string]any)); !strings.Contains(strings.Join(names, " "), of["name"].(string)) {
				rest = append(rest, r)
			}
		}
		d["resources"] = rest
	}
}

// multiplied turns each resource with a name into n instances. "name-0" and so on replace the name
// in attributes if it is a whole string or the last part of a path.
func multiplied(name string, n int) func(document) {
	return func(d document) {
		for _, r := range d.resources() {
			if r["name"] != name {
				continue
			}
			one, _ := json.Marshal(r.list("instances")[0]) // it was JSON before
			var all []any
			for i := range n {
				numbered := fmt.Sprintf("%s-%d\"", name, i)
				var instance map[string]any
				_ = json.Unmarshal([]byte(strings.NewReplacer("/"+name+`"`, "/"+numbered, `"`+name+`"`, `"`+numbered).Replace(string(one))),
					&instance)
				instance["index_key"] = i
				all = append(all, instance)
			}
			r["instances"], r["each"] = all, "list"
		}
	}
}

// requiringAll makes the policy require every attestor of the fleet, and nothing else.
func requiringAll(d document) {
	for _, r := range d.resources() {
		if r["type"] != "google_binary_authorization_policy" {
			continue
		}
		attributes := object(r.list("instances")[0]["attributes"].(map[string]any))
		attributes["cluster_admission_rules"] = []any{}
		var all []any
		for i := range fleetSize {
			all = append(all, fmt.Sprintf("projects/demo/attestors/built-%d", i))
		}
		attributes.list("default_admission_rule")[0]["require_attestations_by"] = all
	}
}
