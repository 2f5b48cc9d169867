package habits_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
)

func importByID(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	return imported(t, g, "id = \"projects/demo/notes/built\"")
}

func importByIdentity(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	return imported(t, g, "identity = { project = \"demo\", name = \"built\" }")
}

// imported imports a note by an import block with this argument.
func imported(t *testing.T, g *acctest.Ground, by string) habits.Outcome {
	t.Helper()
	applied(t, g, note)
	cli := g.CLI(t, note+"import {\n  to = binauthz_note.built\n  "+by+"\n}\n")
	outcome := tried(t, cli, "plan")
	if outcome == habits.Works {
		acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
		clean(t, g, cli)
	}
	return outcome
}

// unreadable is OpenTofu's error for a map key such as "us-central1.prod", generated without
// quotes.
var unreadable = regexp.MustCompile(`(?m)^(?:│ )?(Error: Reference to undeclared resource)$`)

// generatedConfig imports an attestor with a list of objects, and the policy with map keys
// requiring quotes.
func generatedConfig(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	applied(t, g, note+attestor+policy)
	cli := g.CLI(t, provider+"import {\n  to = binauthz_attestor.built\n  id = \"projects/demo/attestors/built\"\n}\n"+
		"import {\n  to = binauthz_policy.project\n  id = \"projects/demo/policy\"\n}\n")
	outcome := triedUnless(t, unreadable, cli, "plan", "-generate-config-out=generated.tf")
	if outcome == habits.Works {
		acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "2 imported, 0 added, 0 changed, 0 destroyed")
		clean(t, g, cli)
	}
	return outcome
}

// movedFromGoogle moves one note of a state written by hashicorp/google.
func movedFromGoogle(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(read(t, "internal/moved/testdata/google.json")), &state); err != nil {
		t.Fatal(err)
	}
	state["resources"] = slices.DeleteFunc(state["resources"].([]any), func(r any) bool {
		one := r.(map[string]any)
		return one["type"] != "google_container_analysis_note" || one["name"] != "plain"
	})
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer("built", "plain", "Built by CI", "Plain").Replace(note)
	applied(t, g, plain)
	cli := g.MovedCLI(t, plain+"moved {\n  from = google_container_analysis_note.plain\n  to   = binauthz_note.plain\n}\n", string(text))
	outcome := tried(t, cli, "plan")
	if outcome == habits.Works {
		acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "0 added, 0 changed, 0 destroyed")
		clean(t, g, cli)
	}
	return outcome
}

func movedAddress(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := applied(t, g, note)
	cli.Write(t, strings.Replace(note, `"built" {`, `"second" {`, 1))
	cli.Succeeds(t, "state", "mv", "binauthz_note.built", "binauthz_note.second")
	clean(t, g, cli)
	cli.Write(t, strings.Replace(note, `"built" {`, `"third" {`,
		1)+"moved {\n  from = binauthz_note.second\n  to   = binauthz_note.third\n}\n")
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "binauthz_note.second has moved to binauthz_note.third",
		"0 added, 0 changed, 0 destroyed")
	clean(t, g, cli)
	return habits.Works
}

func removed(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := applied(t, g, note)
	cli.Write(t, "removed {\n  from = binauthz_note.built\n  lifecycle {\n    destroy = false\n  }\n}\n")
	outcome := tried(t, g.Fresh(t, cli), "apply", "-auto-approve")
	if left := noted(t, g, g.Project); len(left) != 1 || len(cli.Instances(t)) != 0 && outcome == habits.Works {
		t.Errorf("there are the notes %v, and the state has %v", left, cli.Instances(t))
	}
	return outcome
}

func query(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	applied(t, g, note)
	cli := g.CLI(t, provider)
	cli.WriteFile(t, "it.tfquery.hcl", "list \"binauthz_note\" \"all\" {\n  provider = binauthz\n}\n")
	outcome := tried(t, cli, "query", "-generate-config-out=found.tf")
	if outcome == habits.Works {
		acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
		clean(t, g, cli)
	}
	return outcome
}
