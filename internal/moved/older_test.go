package moved

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
)

// releases are changes to a state to imitate other releases of hashicorp/google and
// hashicorp/google-beta.
var releases = map[string]func(resource, instance, attributes object){
	// Release 7 added identities, deletion_policy and null for timeouts.
	"4": func(_, instance, attributes object) {
		delete(instance, "identity")
		delete(instance, "identity_schema_version")
		delete(instance, "private")
		delete(attributes, "deletion_policy")
		delete(attributes, "timeouts")
	},
	"beta": func(resource, _, _ object) {
		resource["provider"] = strings.Replace(resource["provider"].(string), "hashicorp/google", "hashicorp/google-beta", 1)
	},
	// For a provider in a module, an alias or a path precedes the address.
	"of an alias": func(resource, _, _ object) { resource["provider"] = resource["provider"].(string) + ".other" },
	"a later one": func(_, instance, attributes object) {
		instance["schema_version"] = 3
		attributes["something_new"] = object{"a": []any{1, 2}}
		attributes["kind"] = []any{"of another shape"}
	},
	"null for what is empty": func(_, _, attributes object) {
		for name, value := range attributes {
			if list, ok := value.([]any); value == "" || ok && len(list) == 0 {
				attributes[name] = nil
			}
		}
	},
}

func TestStatesOfOtherReleases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.writes()
	for name, change := range releases {
		cli := w.cli(t, objects(t)+twice, func(d document) {
			for _, r := range d.resources() {
				i := r.list("instances")[0]
				change(r, i, i["attributes"].(map[string]any))
			}
		})
		if out := cli.Succeeds(t, "apply", "-auto-approve"); !strings.Contains(out, nothingToDo) ||
			strings.Count(out, "has moved to") != 7 {
			t.Errorf("%s: %s", name, out)
		}
		w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	}
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes", n)
	}
}

// TestDeletionPoliciesOfAPolicy: a move keeps a deletion_policy known to this provider. DELETE, the
// default of hashicorp/google, becomes the default of this provider.
func TestDeletionPoliciesOfAPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for is, config := range map[string]string{
		"PREVENT": `deletion_policy = "PREVENT"`, "ABANDON": `deletion_policy = "ABANDON"`,
		"DELETE": "",
	} {
		cli := w.cli(t, strings.Replace(policyConfig(t), "{", "{\n  "+config, 1), only("google_binary_authorization_policy", "policy"),
			func(d document) {
				d.attributes(t, "google_binary_authorization_policy", "policy")["deletion_policy"] = is
			})
		acctest.Says(t, cli.Succeeds(t, "plan"), nothingToDo)
	}
}

// TestAnAttestationOfCloudKMS: the state of hashicorp/google identifies the signing key version
// only by the id of the key.
func TestAnAttestationOfCloudKMS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := notesAndAttestors(t) + projectPolicy(t) + `
resource "binauthz_attestation" "web" {
  attestor        = "built"
  image           = "us-docker.pkg.dev/demo/app/web@sha256:1111111111111111111111111111111111111111111111111111111111111111"
  kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
}
`
	w.attestByKMS(t, config)
	before := w.writes()
	cli := w.cli(t, config, removed("twice"))
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), nothingToDo)
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if version := cli.Instances(t)["binauthz_attestation.web"].Attributes["kms_key_version"]; version == nil {
		t.Error("the state does not say which key it is")
	}
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes", n)
	}
}

// attestByKMS creates the attestation of a configuration and changes the state of hashicorp/google
// to describe it.
func (w *world) attestByKMS(t *testing.T, config string) {
	t.Helper()
	_, attestation, _ := strings.Cut(config, "resource \"binauthz_attestation\"")
	other := w.CLI(t, located(t, "resource \"binauthz_attestation\""+attestation))
	other.Succeeds(t, "apply", "-auto-approve")
	made := other.Instances(t)["binauthz_attestation.web"].Attributes
	state := w.state.attributes(t, "google_container_analysis_occurrence", "web")
	w.rename(t, "google_container_analysis_occurrence", "web", made["name"].(string))
	state["resource_uri"] = made["resource_uri"]
	signed := state.list("attestation")[0]
	signed["serialized_payload"] = base64Of(made["serialized_payload"].(string))
	signed["signatures"] = []any{object{"public_key_id": made["public_key_id"], "signature": made["signature"]}}
}
