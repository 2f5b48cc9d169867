package attestor_test

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
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const address = "binauthz_attestor.it"

// world has an attestor and a note, each with its own name.
type world struct {
	*acctest.Ground
	t    *testing.T
	name resname.Attestor
	note string
}

func newWorld(t *testing.T, g *acctest.Ground) *world {
	return &world{Ground: g, t: t, name: resname.Attestor{Project: g.Project, ID: g.Name("attestor")}, note: g.Name("note")}
}

// config returns a note and an attestor on it; body holds the attestor's other attributes.
func (w *world) config(body string) string {
	return w.configOn("binauthz_note.it.id", body)
}

func (w *world) configOn(note, body string) string {
	return fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = %q
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name       = %q
  note       = %s
  depends_on = [binauthz_note.it]
%s
}
`, w.note, w.name.ID, note, body)
}

// imports are import blocks for the note and the attestor of config.
func (w *world) imports() string {
	return fmt.Sprintf("import {\n  to = binauthz_note.it\n  id = %q\n}\nimport {\n  to = %s\n  id = %q\n}\n", w.note, address, w.name)
}

func keys(list ...string) string { return "public_keys = [\n" + strings.Join(list, ",\n") + "\n]" }

func pkix(t *testing.T, file, algorithm, more string) string {
	return fmt.Sprintf("{ pkix = { public_key_pem = %q, signature_algorithm = %q }\n%s }", known(t, file), algorithm, more)
}

func pgp(t *testing.T, file string) string {
	return fmt.Sprintf("{ pgp = { ascii_armored_public_key = %q } }", known(t, file))
}

func kms(version, more string) string {
	return fmt.Sprintf("{ kms_key_version = %q\n%s }", version, more)
}

// known returns a file from testdata, made by another program.
func known(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile("../../attest/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// does expects an action on the attestor, and an empty plan afterwards.
func does(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// gone fails if the attestor still exists after a destroy.
func (w *world) gone(*terraform.State) error {
	if _, err := w.Clients.FreshAttestor(context.Background(), w.name); !gcp.IsKind(err, gcp.KindNotFound) {
		return fmt.Errorf("%s is still there: %w", w.name, err)
	}
	return nil
}

// change changes the attestor without the provider.
func (w *world) change(edit func(*gcp.Attestor)) {
	w.t.Helper()
	attestor, err := w.Clients.FreshAttestor(context.Background(), w.name)
	if err != nil {
		w.t.Fatal(err)
	}
	edit(attestor)
	if _, err := w.Clients.UpdateAttestor(context.Background(), w.name, attestor); err != nil {
		w.t.Fatal(err)
	}
}
