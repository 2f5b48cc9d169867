package habits_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/habits"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	provider = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	note     = "resource \"binauthz_note\" \"built\" {\n  name                = \"built\"\n  human_readable_name = \"Built by CI\"\n}\n"
	attestor = `
resource "binauthz_attestor" "built" {
  name        = "built"
  note        = binauthz_note.built.id
  description = "first"
  public_keys = [{ kms_key_version = "` + key + `" }]
}
`
	policy = `
resource "binauthz_policy" "project" {
  default_admission_rule  = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }
  cluster_admission_rules = {
    "us-central1.prod" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY" }
  }
}
`
	key   = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
	image = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

// unknown is the error of a CLI for a missing construct, command or option.
var unknown = regexp.MustCompile(`(?m)^(?:│ )?(Error: (?:Unsupported block type|Unsupported argument)|(?:Terraform|OpenTofu) has no ` +
	`command named .*|flag provided but not defined: .*)$`)

// tried runs a command. The command succeeds, or fails because the CLI lacks the construct; then
// tried returns the CLI's message.
func tried(t *testing.T, cli *acctest.CLI, args ...string) habits.Outcome {
	t.Helper()
	return triedUnless(t, unknown, cli, args...)
}

// triedUnless is tried with another pattern for the message.
func triedUnless(t *testing.T, cannot *regexp.Regexp, cli *acctest.CLI, args ...string) habits.Outcome {
	t.Helper()
	out, code := cli.Run(t, args...)
	if code == 0 {
		return habits.Works
	}
	found := cannot.FindStringSubmatch(out)
	if found == nil {
		t.Fatalf("%s ended with %d:\n%s", strings.Join(args, " "), code, out)
	}
	return habits.Outcome(found[1])
}

// applied creates these resources by an apply in a new working directory.
func applied(t *testing.T, g *acctest.Ground, config string) *acctest.CLI {
	t.Helper()
	cli := g.CLI(t, config)
	cli.Succeeds(t, "apply", "-auto-approve")
	return cli
}

// clean expects an empty plan from a new process of the provider.
func clean(t *testing.T, g *acctest.Ground, cli *acctest.CLI) {
	t.Helper()
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}

// noted are the ids of the notes of a project.
func noted(t *testing.T, g *acctest.Ground, project string) (ids []string) {
	t.Helper()
	all, err := g.Clients.AttestationNotes(context.Background(), project, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name := range all {
		ids = append(ids, name[strings.LastIndex(name, "/")+1:])
	}
	return ids
}

// described sets the description of the attestor outside the CLI.
func described(t *testing.T, g *acctest.Ground, description string) {
	t.Helper()
	name := resname.Attestor{Project: g.Project, ID: "built"}
	now, err := g.Clients.FreshAttestor(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	now.Description = description
	if _, err := g.Clients.UpdateAttestor(context.Background(), name, now); err != nil {
		t.Fatal(err)
	}
}

// attestations is the number of attestations of the image.
func attestations(t *testing.T, g *acctest.Ground) int {
	t.Helper()
	_, digest, _ := strings.Cut(image, "@")
	all, err := g.Clients.Attestations(context.Background(), resname.Note{Project: g.Project, ID: "built"}.String(), digest)
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}
