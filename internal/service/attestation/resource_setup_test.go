package attestation_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	it          = "binauthz_attestation.it"
	testdata    = "../../attest/testdata/"
	knownImage  = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	knownDigest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)

// attested returns an attestation of an image; more holds further attributes.
func attested(attestor, image string, more ...string) string {
	return fmt.Sprintf("resource \"binauthz_attestation\" \"it\" {\n  attestor = %q\n  image = %q\n  %s\n}\n", attestor, image,
		strings.Join(more, "\n  "))
}

// by returns the attribute kms_key_version.
func by(version fmt.Stringer) string { return fmt.Sprintf("kms_key_version = %q", version) }

// written returns an attribute with the contents of a file from another program.
func written(t *testing.T, attribute, function, file string) string {
	t.Helper()
	path, err := os.Getwd()
	fine(t, err)
	return fmt.Sprintf("%s = %s(%q)", attribute, function, path+"/"+testdata+file)
}

// onlyAction expects an action on the attestation, and an empty plan afterwards.
func onlyAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(it, action)},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// there returns the attestations on a note.
func there(t *testing.T, g *acctest.Ground, note string) []*gcp.Occurrence {
	t.Helper()
	all, err := g.Clients.Attestations(context.Background(), "projects/"+g.Project+"/notes/"+note, "")
	fine(t, err)
	return all
}

// holds fails unless a note has n attestations.
func holds(t *testing.T, g *acctest.Ground, note string, n int) resource.TestCheckFunc {
	t.Helper()
	return func(*terraform.State) error {
		if all := there(t, g, note); len(all) != n {
			return fmt.Errorf("there are %d attestations, want %d: %v", len(all), n, all)
		}
		return nil
	}
}

// runs calls Terraform, and fails on another exit code. It returns the output on one line.
func runs(t *testing.T, cli *acctest.CLI, want int, args ...string) string {
	t.Helper()
	out, code := cli.Run(t, args...)
	if code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
}

func expectWords(t *testing.T, out string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			t.Errorf("%q is not in\n%s", w, out)
		}
	}
}

func text(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(testdata + file)
	fine(t, err)
	return string(raw)
}
