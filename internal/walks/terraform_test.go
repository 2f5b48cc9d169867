// Package walks tests one provider process in several walks of Terraform. terraform test uses one
// process for all runs of a file and the teardown, and a reattached process lives for days.
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

// falseWords are words of findings never caused by a single resource for one object.
var falseWords = []string{
	"owned twice", "in the state twice", "renamed without", "recreated", "would be lost", "refuses an image",
	"two kinds", "leaves a policy",
}

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

// updated are the configurations for update: one for every resource.
var updated = []string{"note", "attestor", "attestation", "policy", "rule and pattern", "default rule", "cluster settings"}

// update is a configuration with a variable for an in-place update.
func update(t *testing.T, name string) string {
	t.Helper()
	file := "testdata/update_of_" + strings.ReplaceAll(name, " ", "_") + ".tf"
	return acctest.HCL(t, file, map[string]any{"cluster": cluster, "image": image, "kms_key_version": version})
}

// TestTerraformTestDestroysEverything: one provider process serves all runs of a test file and its
// teardown: every object is destroyed, without a false finding.
func TestTerraformTestDestroysEverything(t *testing.T) {
	t.Parallel()
	for _, name := range updated {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, update(t, name))
			cli.WriteFile(t, "it.tftest.hcl", acctest.HCL(t, "testdata/create_and_change.tftest.hcl", nil))
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

// TestTheTeardownIsAWalkOfItsOwn: a plan-only run does not influence the later teardown. A lock-out
// by the teardown is refused as usual.
func TestTheTeardownIsAWalkOfItsOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		runs, want string
		good       bool
	}{
		"a rule and its pattern": {acctest.HCL(t, "testdata/rule_in_the_second_run.tftest.hcl", nil), "3 passed, 0 failed", true},
		"the same, planned only": {
			"provider \"binauthz\" {}\nrun \"one\" {\n  command = plan\n}\nrun \"again\" {\n  command = plan\n}\n", "2 passed, 0 failed",
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, acctest.HCL(t, "testdata/rule_in_the_second_run.tf", nil))
			cli.WriteFile(t, "it.tftest.hcl", c.runs)
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

// TestReattachedProvider: a reattached provider serves several rounds of plan, apply, change and
// destroy.
func TestReattachedProvider(t *testing.T) {
	t.Parallel()
	for _, name := range updated {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cli := g.CLI(t, update(t, name))
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
