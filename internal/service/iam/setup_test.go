package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// The roles exist in a real project, and it accepts domains without looking them up.
const (
	viewer   = "roles/binaryauthorization.attestorsViewer"
	verifier = "roles/binaryauthorization.attestorsVerifier"
	jane     = "domain:jane.example.com"
	joe      = "domain:joe.example.com"
	stranger = "domain:stranger.example.com"
)

// world is an attestor with an allow policy.
type world struct {
	*acctest.Ground
	t        *testing.T
	attestor resname.Attestor
	note     resname.Note
}

func newWorld(t *testing.T, g *acctest.Ground) *world {
	t.Helper()
	return &world{
		Ground:   g,
		t:        t,
		attestor: resname.Attestor{Project: g.Project, ID: g.Name("attestor")},
		note:     resname.Note{Project: g.Project, ID: g.Name("note")},
	}
}

// config is a note, an attestor and body.
func (w *world) config(body string) string {
	return fmt.Sprintf(`
resource "binauthz_note" "it" {
  name                = %q
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name = %q
  note = binauthz_note.it.id
}
%s
`, w.note.ID, w.attestor.ID, body)
}

// on is a resource of a type on the attestor, called "it".
func on(kind, body string) string {
	return fmt.Sprintf("resource %q \"it\" {\n  attestor = binauthz_attestor.it.id\n%s\n}\n", kind, body)
}

// member is a resource to grant a role to a member.
func member(name, role, member, more string) string {
	return fmt.Sprintf(`resource "binauthz_attestor_iam_member" %q {
  attestor = binauthz_attestor.it.id
  role     = %q
  member   = %q
%s
}
`, name, role, member, more)
}

// does expects an action on a resource, and an empty plan after the apply.
func does(address string, action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}

// policy returns the current allow policy.
func (w *world) policy(object string) *gcp.AllowPolicy {
	w.t.Helper()
	var p *gcp.AllowPolicy
	_, err := w.Clients.EditAllowPolicy(w.t.Context(), object, gcp.Edit[*gcp.AllowPolicy]{Change: func(now *gcp.AllowPolicy, _ bool) error {
		p = now // an edit reads what is there; a read may share an answer
		return nil
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// change changes an allow policy outside Terraform.
func (w *world) change(object string, edit func(p *gcp.AllowPolicy)) func() {
	return func() {
		w.t.Helper()
		_, err := w.Clients.EditAllowPolicy(w.t.Context(), object,
			gcp.Edit[*gcp.AllowPolicy]{Change: func(p *gcp.AllowPolicy, _ bool) error {
				edit(p)
				return nil
			}})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// has checks the members of all roles: "role: member, member; role: …".
func (w *world) has(object, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := allowpolicy.Summary(w.policy(object)); got != want {
			return fmt.Errorf("%s\nhas  %s\nwant %s", object, got, want)
		}
		return nil
	}
}

func grant(role, member string) allowpolicy.Grant {
	return allowpolicy.Grant{Binding: allowpolicy.Binding{Role: role}, Member: member}
}
