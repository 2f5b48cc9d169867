package habits_test

import (
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
)

func planAndApply(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, note+attestor)
	acctest.Says(t, cli.Succeeds(t, "plan", "-out=saved"), "2 to add, 0 to change, 0 to destroy")
	g.Fresh(t, cli).Succeeds(t, "apply", "saved")
	clean(t, g, cli)
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve"), "2 destroyed")
	if left := noted(t, g, g.Project); len(left) > 0 {
		t.Errorf("the destroy left %v", left)
	}
	return habits.Works
}

func savedPlan(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := applied(t, g, note+attestor)
	cli.Write(t, note+strings.Replace(attestor, "first", "second", 1))
	g.Fresh(t, cli).Succeeds(t, "plan", "-out=saved")
	described(t, g, "theirs")
	g.Fresh(t, cli).Fails(t, `the attestor has changed since the plan, and nothing was written: description is now "theirs"`,
		"apply", "saved")
	g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	g.Fresh(t, cli).Fails(t, "Saved plan is stale", "apply", "saved")
	return habits.Works
}

// interrupt interrupts a plan during unanswered calls. It has more attestors than the CLI plans at
// once.
func interrupt(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	if err := g.Emulator.Inject(fault.Fault{Method: "GetPublicKey", Kind: fault.Hang, Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	cli := g.CLI(t, note+strings.Replace(attestor, `name        = "built"`, "count = 30\n  name = \"built-${count.index}\"", 1))
	if out, took := g.Interrupt(t, cli, "GetPublicKey", "plan"); took > 15*time.Second || !strings.Contains(out, "nterrupted") {
		t.Errorf("the plan ended %s after the interrupt, and said: %s", took, out)
	}
	return habits.Works
}

func modules(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, "module \"team\" {\n  source   = \"./team\"\n  for_each = toset([\"a\", \"b\"])\n  name     = each.key\n}\n")
	requires := "terraform {\n  required_providers {\n    binauthz = { source = \"registry.terraform.io/binauthz/binauthz\" }\n  }\n}\n"
	cli.WriteFile(t, "team/main.tf", requires+"variable \"name\" {\n  type = string\n}\n"+strings.ReplaceAll(note+attestor, `"built"`+"\n",
		"var.name\n"))
	cli.Succeeds(t, "get")
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), `module.team["a"].binauthz_attestor.built`, "4 added")
	clean(t, g, cli)
	return habits.Works
}

func check(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, note+`
check "allowed" {
  data "binauthz_policy" "now" {}
  assert {
    condition     = data.binauthz_policy.now.default_admission_rule.evaluation_mode == "ALWAYS_DENY"
    error_message = "The policy allows everything."
  }
}
`)
	outcome := tried(t, cli, "plan")
	if outcome == habits.Works {
		acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), "Warning: Check block assertion failed", "The policy allows everything.",
			"1 added")
	}
	return outcome
}

func functions(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, "output \"it\" {\n  value = provider::binauthz::parse_image(\""+image+"\").repository\n}\n")
	outcome := tried(t, cli, "apply", "-auto-approve")
	if outcome == habits.Works {
		acctest.Says(t, cli.Succeeds(t, "output", "-raw", "it"), "demo/app/web")
	}
	return outcome
}

func ephemeral(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	const own = "demo-ephemeral"
	cli := g.CLI(t,
		"variable \"project\" {\n  type      = string\n  ephemeral = true\n}\nprovider \"binauthz\" {\n  project = var.project\n}\n"+note)
	outcome := tried(t, cli, "apply", "-auto-approve", "-var=project="+own)
	if outcome == habits.Works && len(noted(t, g, own)) != 1 {
		t.Error("the provider did not get the value")
	}
	return outcome
}

func testMocks(t *testing.T, g *acctest.Ground) habits.Outcome {
	t.Helper()
	cli := g.CLI(t, note+attestor)
	cli.WriteFile(t, "it.tftest.hcl", `
mock_provider "binauthz" {}
run "mocked" {
  assert {
    condition     = binauthz_attestor.built.note == binauthz_note.built.id
    error_message = "The attestor has another note."
  }
}
`)
	before := g.AllCalls()
	outcome := tried(t, cli, "test")
	if n := g.AllCalls() - before; n > 0 {
		t.Errorf("%d calls: a mock makes none", n)
	}
	return outcome
}
