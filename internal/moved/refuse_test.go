package moved

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
)

const google = "registry.terraform.io/hashicorp/google"

// ask sends a move request to a provider without configuration, as Terraform does, and returns the
// diagnostics.
func ask(t *testing.T, address, from, to, state string) (moved *tfprotov6.DynamicValue, said string) {
	t.Helper()
	req := &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: address, SourceTypeName: from, TargetTypeName: to, SourceState: &tfprotov6.RawState{JSON: []byte(state)},
	}
	resp, err := provider.Server(provider.New("test"))().MoveResourceState(t.Context(), req)
	fine(t, err)
	var lines []string
	for _, d := range resp.Diagnostics {
		lines = append(lines, d.Severity.String()+": "+d.Summary+": "+d.Detail)
	}
	return resp.TargetState, strings.Join(lines, "\n")
}

func TestWhatCannotBeMoved(t *testing.T) {
	t.Parallel()
	const attestor = "google_binary_authorization_attestor"
	for name, c := range map[string]struct{ address, from, to, words string }{
		"another provider": {
			"registry.terraform.io/somebody/google", attestor, "binauthz_attestor",
			"google_binary_authorization_attestor of registry.terraform.io/somebody/google cannot become binauthz_attestor",
		},
		"another resource": {
			google, "google_binary_authorization_policy", "binauthz_attestor",
			"This type accepts moves from google_binary_authorization_attestor of hashicorp/google or hashicorp/google-beta.",
		},
		"a resource of our own": {
			"registry.terraform.io/binauthz/binauthz", "binauthz_policy", "binauthz_policy_rule",
			"This type accepts no moves: import the object.",
		},
		"a cluster": {
			google, "google_container_cluster", "binauthz_cluster_settings", "This type accepts no moves: import the object.",
		},
		"the old name of a note": {
			google, "google_container_analysis_notes", "binauthz_note", "This type accepts moves from google_container_analysis_note of",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state, said := ask(t, c.address, c.from, c.to, "{}")
			if state != nil {
				t.Error("moved")
			}
			acctest.Says(t, said, "ERROR: Cannot move ", c.words)
		})
	}
}

// TestAnInstanceThatOpenTofuTakesForOurs: for the second instance of a resource, OpenTofu sends the
// address of the target provider as the source address.
func TestAnInstanceThatOpenTofuTakesForOurs(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(readState(t, "testdata/google.json").attributes(t, "google_container_analysis_note", "built"))
	fine(t, err)
	if moved, said := ask(t, "registry.opentofu.org/binauthz/binauthz", "google_container_analysis_note", "binauthz_note",
		string(text)); moved == nil || said != "" {
		t.Error(said)
	}
}

// broken are changes to valid attributes, by the source type. Each returns the words of the
// expected error.
var broken = map[string]map[string]func(object) (words string){
	"google_container_analysis_note": {
		"no id":     func(o object) string { delete(o, "id"); return "id is missing" },
		"no object": func(o object) string { clear(o); return "id is missing" },
		"another id": func(o object) string {
			o["id"] = "projects/demo/attestors/built"
			return `id: "projects/demo/attestors/built" is not the name of a note`
		},
		"no authority": func(o object) string {
			o["attestation_authority"] = nil
			return "attestation_authority.hint.human_readable_name is missing"
		},
		"an empty hint": func(o object) string {
			o.list("attestation_authority")[0]["hint"] = []any{nil}
			return "attestation_authority[0].hint[0].human_readable_name is missing"
		},
		"a text for a block": func(o object) string { o["related_url"] = "x"; return "related_url is not a list" },
		"texts for blocks":   func(o object) string { o["related_url"] = []any{"x"}; return "related_url[0] is not a block" },
		"a number in a set": func(o object) string {
			o["related_note_names"] = []any{1}
			return "related_note_names is not a list of texts"
		},
		"a list for a text": func(o object) string { o["short_description"] = []any{}; return "short_description is not a text" },
		"no time":           func(o object) string { o["create_time"] = "yesterday"; return "create_time: parsing time" },
		"several at one time": func(o object) string {
			o["id"], o["create_time"] = nil, "x"
			return "id is missing\n  - create_time: parsing"
		},
	},
	"google_binary_authorization_attestor": {
		"no id": func(o object) string { delete(o, "id"); return "id is missing" },
		"no note": func(o object) string {
			delete(o, "attestation_authority_note")
			return "attestation_authority_note.note_reference is missing"
		},
		"a key without a text": func(o object) string {
			o.list("attestation_authority_note")[0].list("public_keys")[0]["pkix_public_key"] = []any{}
			return "attestation_authority_note[0].public_keys[0].pkix_public_key.public_key_pem is missing"
		},
		"a key without an id": func(o object) string {
			o.list("attestation_authority_note")[0].list("public_keys")[3]["id"] = nil
			return "attestation_authority_note[0].public_keys[3].id is missing"
		},
	},
	"google_binary_authorization_policy": {
		"no id":    func(o object) string { delete(o, "id"); return "id is missing" },
		"a number": func(o object) string { o["id"] = "projects/123"; return `id: "123" is not the id of a project` },
		"no default rule": func(o object) string {
			o["default_admission_rule"] = []any{}
			return "default_admission_rule.evaluation_mode is missing"
		},
		"a rule without a mode": func(o object) string {
			delete(o.list("cluster_admission_rules")[1], "enforcement_mode")
			return "cluster_admission_rules[1].enforcement_mode is missing"
		},
		"a mode that is none": func(o object) string {
			o.list("default_admission_rule")[0]["evaluation_mode"] = "MAYBE"
			return `default_admission_rule[0].evaluation_mode: "MAYBE" is not one of`
		},
		"a rule for nothing": func(o object) string {
			delete(o.list("cluster_admission_rules")[0], "cluster")
			return "cluster_admission_rules[0].cluster is missing"
		},
		"a pattern of nothing": func(o object) string {
			o["admission_whitelist_patterns"] = []any{object{}}
			return "admission_whitelist_patterns[0].name_pattern is missing"
		},
	},
	"google_container_analysis_occurrence": {
		"no id": func(o object) string { delete(o, "id"); return "id is missing" },
		"no attestation": func(o object) string {
			o["attestation"] = nil
			return "attestation.serialized_payload is missing\n  - attestation.signatures is missing"
		},
		"no base64": func(o object) string {
			o.list("attestation")[0]["serialized_payload"] = "{}"
			return "attestation[0].serialized_payload: illegal base64"
		},
		"no note":  func(o object) string { o["note_name"] = ""; return "note_name is missing" },
		"no image": func(o object) string { o["resource_uri"] = nil; return "resource_uri is missing" },
		"a signature of nobody": func(o object) string {
			delete(o.list("attestation")[0].list("signatures")[0], "public_key_id")
			return "attestation[0].signatures[0].public_key_id is missing"
		},
	},
}

// TestBrokenStates: a malformed state is an error naming the missing part. The next plan would
// replace a partly converted object.
func TestBrokenStates(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		"google_container_analysis_note":       "built",
		"google_binary_authorization_attestor": "built",
		"google_binary_authorization_policy":   "policy",
		"google_container_analysis_occurrence": "web",
	}
	for kind, cases := range broken {
		for name, spoil := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				attributes := readState(t, "testdata/google.json").attributes(t, kind, names[kind])
				words := spoil(attributes)
				text, err := json.Marshal(attributes)
				fine(t, err)
				state, said := ask(t, google, kind, kinds[kind], string(text))
				if state != nil {
					t.Error("moved")
				}
				acctest.Says(t, said, "ERROR: Cannot move ", words, "Nothing was moved.")
			})
		}
	}
}

func TestStatesThatAreNoObject(t *testing.T) {
	t.Parallel()
	for state, words := range map[string]string{
		"": "the state is missing", "[]": "the state is not a JSON object",
		"null": "the state is empty", "{": "the state is not a JSON object",
	} {
		moved, said := ask(t, google, "google_container_analysis_note", "binauthz_note", state)
		if acctest.Says(t, said, "ERROR: Cannot move note", words); moved != nil {
			t.Errorf("%q was moved", state)
		}
	}
}

// TestDeletionPolicies: hashicorp/google's deletion_policy has no counterpart here, so a move of
// PREVENT or ABANDON names the lifecycle setting to use instead.
func TestDeletionPolicies(t *testing.T) {
	t.Parallel()
	words := map[string]string{"": "", "DELETE": "", "PREVENT": "prevent_destroy = true", "ABANDON": "destroy = false"}
	for policy, want := range words {
		attributes := maps.Clone(readState(t, "testdata/google.json").attributes(t, "google_binary_authorization_attestor", "built"))
		attributes["deletion_policy"] = policy
		text, err := json.Marshal(attributes)
		fine(t, err)
		moved, said := ask(t, google, "google_binary_authorization_attestor", "binauthz_attestor", string(text))
		if moved == nil || (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("%q: %s", policy, said)
		}
	}
}
