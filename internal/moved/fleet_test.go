package moved

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// fleetSize is how many attestors, each with its note, a moved project has.
const fleetSize = 30

// fleet is that project, in the words of this provider. What else is moved goes here, into testdata/google.json as one object for "built",
// and into kinds.
const fleet = `
resource "binauthz_note" "built" {
  count               = 30
  name                = "built-${count.index}"
  human_readable_name = "Built by CI"
  short_description   = "Built by CI"
  long_description    = "Images that the pipeline has built."
  expiration_time     = "2035-10-02T15:01:23.045123456Z"
  related_note_names  = ["projects/demo/notes/plain"]
  related_url         = [{ url = "https://example.com/built", label = "About" }, { url = "https://example.com/more" }]
}

resource "binauthz_attestor" "built" {
  count       = 30
  name        = "built-${count.index}"
  description = "Built by CI"
  note        = binauthz_note.built[count.index].id
  public_keys = [
    { comment = "offline", pkix = { public_key_pem = file("TESTDATA/p256.pem"), signature_algorithm = "ECDSA_P256_SHA256" } },
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
    { comment = "second", pkix = { public_key_pem = file("TESTDATA/p384.pem"), signature_algorithm = "EC_SIGN_P384_SHA384" } },
    { pgp = { ascii_armored_public_key = file("TESTDATA/pgp_nist.asc") } },
  ]
}

resource "binauthz_policy" "policy" {
  description                   = "What may run"
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = binauthz_attestor.built[*].id
  }
}
`

// TestAProjectMoves: 30 attestors, their notes, 60 members and a policy, without a write, and with nothing left to do.
func TestAProjectMoves(t *testing.T) {
	t.Parallel()
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{}), state: readState(t, "testdata/google.json")}
	w.CLI(t, located(t, fleet+fleetMembers)).Succeeds(t, "apply", "-auto-approve")
	w.useKMSKey(t)
	before := w.Emulator.Calls()
	writes := w.writes()
	cli := w.cli(t, fleet+fleetMembers, removed("plain", "web", "twice"), multiplied("built", fleetSize), requiringAll, withMembers(t))
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

// removed takes resources out of a state by their names.
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

// multiplied makes n instances of every resource of a name: "name-0" and so on stand for the name wherever it is a whole text or ends one.
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
				_ = json.Unmarshal([]byte(strings.NewReplacer("/"+name+`"`, "/"+numbered, `"`+name+`"`, `"`+numbered).Replace(string(one))), &instance)
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
