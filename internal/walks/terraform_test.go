// Package walks holds the tests of what one provider process sees of several walks of Terraform: terraform test keeps one for all runs
// of a file and the teardown, and a reattached one lives for days.
package walks

import (
	"context"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const (
	cluster = "projects/demo/locations/us-central1/clusters/prod"
	image   = "us-docker.pkg.dev/demo/app/web@sha256:1111111111111111111111111111111111111111111111111111111111111111"
	version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
)

// falseWords are those of findings that one resource for one object never gives cause for.
var falseWords = []string{"owned twice", "in the state twice", "renamed without", "recreated", "would be lost", "refuses an image", "two kinds", "leaves a policy"}

const attestor = `
resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name        = "built"
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = "` + version + `" }]
}
`

// bodies are one configuration for every resource, each with a variable in it that changes something in place.
var bodies = map[string]string{
	"note":     strings.Replace(strings.Split(attestor, `resource "binauthz_attestor"`)[0], "\n}", "\n  long_description    = var.text\n}", 1),
	"attestor": strings.Replace(attestor, `name        = "built"`, "name        = \"built\"\n  description = var.text", 1),
	"attestation": attestor + `
resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = "` + image + `"
  kms_key_version = "` + version + `"
}
`,
	"policy": attestor + `
resource "binauthz_policy" "it" {
  description            = var.text
  default_admission_rule = { evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG", require_attestations_by = [binauthz_attestor.it.id] }
  must_admit             = [binauthz_attestation.it.image]
}
resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = "` + image + `"
  kms_key_version = "` + version + `"
}
`,
	"rule and pattern": `
resource "binauthz_policy_allowlist_pattern" "it" {
  pattern = "us-docker.pkg.dev/demo/app/*"
}
resource "binauthz_policy_rule" "it" {
  scope            = { cluster = "us-central1.prod" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = var.text == "one" ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
  must_admit       = ["us-docker.pkg.dev/demo/app/web:v1"]
  needs            = [binauthz_policy_allowlist_pattern.it.id]
}
`,
	"default rule": `
resource "binauthz_policy_rule" "it" {
  scope            = { default = true }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = var.text == "one" ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
}
`,
	"cluster settings": `
resource "binauthz_cluster_settings" "it" {
  cluster         = "` + cluster + `"
  evaluation_mode = var.text == "one" ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED"
}
`,
}

const variable = "variable \"text\" {\n  type    = string\n  default = \"one\"\n}\n"

// One provider process serves all runs of a test file and its teardown: every object is destroyed, and nothing false is said.
func TestTerraformTestDestroysEverything(t *testing.T) {
	t.Parallel()
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, variable+body)
			cli.WriteFile(t, "it.tftest.hcl", `
provider "binauthz" {}
run "create" {}
run "look" {
  command = plan
}
run "change" {
  variables {
    text = "two"
  }
}
run "change_back" {}
`)
			for range 2 { // what the first leaves would be in the way of the second
				out, code := cli.Run(t, "test", "-verbose")
				if code != 0 || !strings.Contains(out, "4 passed, 0 failed") {
					t.Fatalf("exit code %d: %s", code, out)
				}
				saysNothingFalse(t, out)
				nothingIsLeft(t, g)
			}
		})
	}
}

// What a run only plans is no part of the teardown that comes after it, and what the teardown would lock out is refused in it as anywhere.
func TestTheTeardownIsAWalkOfItsOwn(t *testing.T) {
	t.Parallel()
	rule := "resource \"binauthz_policy_rule\" \"it\" {\n  count = var.text == \"two\" ? 1 : 0\n  scope = { cluster = \"us-central1.prod\" }\n  evaluation_mode = \"ALWAYS_DENY\"\n" +
		"  enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"\n  must_admit = [\"us-docker.pkg.dev/demo/app/web:v1\"]\n}\n"
	pattern := "resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  pattern = \"us-docker.pkg.dev/demo/app/*\"\n}\n"
	for name, c := range map[string]struct {
		body, runs, want string
		good             bool
	}{
		"a rule and its pattern": {pattern + rule, "run \"one\" {}\nrun \"two\" {\n  variables {\n    text = \"two\"\n  }\n}\nrun \"look\" {\n  command = plan\n  variables {\n    text = \"two\"\n  }\n}\n", "3 passed, 0 failed", true},
		"the same, planned only": {pattern + rule, "run \"one\" {\n  command = plan\n}\nrun \"again\" {\n  command = plan\n}\n", "2 passed, 0 failed", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, variable+c.body)
			cli.WriteFile(t, "it.tftest.hcl", "provider \"binauthz\" {}\n"+c.runs)
			out, code := cli.Run(t, "test", "-verbose")
			if (code == 0) != c.good || !strings.Contains(out, c.want) {
				t.Fatalf("exit code %d: %s", code, out)
			}
			if c.good {
				saysNothingFalse(t, out)
				nothingIsLeft(t, g)
			}
		})
	}
}

// A reattached provider serves plan, apply, change and destroy, again and again.
func TestReattachedProvider(t *testing.T) {
	t.Parallel()
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, variable+body)
			for round := range 5 {
				for _, args := range [][]string{
					{"plan"},
					{"apply", "-auto-approve"},
					{"plan", "-detailed-exitcode"},
					{"apply", "-auto-approve", "-var=text=two"},
					{"destroy", "-auto-approve"},
					{"apply", "-auto-approve"},
					{"destroy", "-auto-approve"},
				} {
					out, code := cli.Run(t, args...)
					if code != 0 {
						t.Fatalf("round %d, %v: exit code %d: %s", round, args, code, out)
					}
					saysNothingFalse(t, out)
				}
				nothingIsLeft(t, g)
			}
		})
	}
}

func saysNothingFalse(t *testing.T, out string) {
	t.Helper()
	plain := strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
	for _, word := range falseWords {
		if strings.Contains(plain, word) {
			t.Errorf("%q is said: %s", word, out)
		}
	}
}

func nothingIsLeft(t *testing.T, g *acctest.Ground) {
	t.Helper()
	ctx := context.Background()
	policy, err := g.Clients.FreshPolicy(ctx, "demo")
	if err != nil || !projectpolicy.Same(policy, projectpolicy.GoogleDefault()) {
		t.Errorf("the policy is %v, %v", policy, err)
	}
	attestors, err := g.Clients.Attestors(ctx, "demo")
	if err != nil || len(attestors) > 0 {
		t.Errorf("attestors are left: %v, %v", attestors, err)
	}
	name := resname.Note{Project: "demo", ID: "built"}
	if note, err := g.Clients.Note(ctx, name); err == nil {
		t.Errorf("a note is left: %v", note)
	}
	occurrences, err := g.Clients.AttestationsIn(ctx, "demo", strings.Split(image, "@")[1])
	if err != nil || len(occurrences) > 0 {
		t.Errorf("attestations are left: %v, %v", occurrences, err)
	}
	parsed, err := resname.ParseCluster(cluster, "")
	if err != nil {
		t.Fatal(err)
	}
	if found, err := g.Clients.Cluster(ctx, parsed); err != nil || found.Setting.Enforces() {
		t.Errorf("the cluster evaluates %v, %v", found, err)
	}
}
