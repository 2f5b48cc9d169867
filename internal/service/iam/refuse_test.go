package iam_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestRefusals: invalid input is an error at its attribute, before any call.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const condition = `condition = { title = "t", expression = "true" }`
	one := func(kind, body string) string { return fmt.Sprintf("resource %q \"it\" {\n%s\n}\n", kind, body) }
	for name, c := range map[string]struct{ config, says string }{
		"a member without its kind": {
			one("binauthz_policy_iam_member", `role = "roles/viewer"`+"\n"+`member = "jane@example.com"`),
			`"jane@example.com" is not a member`,
		},
		"something after a member": {
			one("binauthz_policy_iam_member", `role = "roles/viewer"`+"\n"+`member = "user:jane@example.com, user:joe@example.com"`),
			"is not a member",
		},
		"something before a member": {
			one("binauthz_policy_iam_member", `role = "roles/viewer"`+"\n"+`member = "x allUsers"`), "is not a member",
		},
		"a role without roles/": {
			one("binauthz_policy_iam_member", `role = "viewer"`+"\n"+`member = "allUsers"`), `"viewer" is not a role`,
		},
		"no members": {one("binauthz_policy_iam_binding", `role = "roles/viewer"`+"\n"+`members = []`), "at least 1"},
		"a member twice": {
			one("binauthz_policy_iam_binding", `role = "roles/viewer"`+"\n"+`members = ["user:a@example.com", "user:A@example.com"]`),
			"is listed twice",
		},
		"a member of a binding": {
			one("binauthz_policy_iam_binding", `role = "roles/viewer"`+"\n"+`members = ["user"]`), `"user" is not a member`,
		},
		"no JSON": {one("binauthz_policy_iam_policy", `policy_data = "no"`), "not an IAM policy as JSON"},
		"a field that is not there": {
			one("binauthz_policy_iam_policy", `policy_data = jsonencode({ binding = [] })`), `unknown field "binding"`,
		},
		"audit configs": {
			one("binauthz_policy_iam_policy", `policy_data = jsonencode({ auditConfigs = [{ service = "allServices" }] })`), "auditConfigs",
		},
		"a member in the data": {
			one("binauthz_policy_iam_policy", `policy_data = jsonencode({ bindings = [{ role = "roles/viewer", members = ["jane"] }] })`),
			`bindings[0]: "jane" is not a member`,
		},
		"a condition for everybody": {
			one("binauthz_policy_iam_member", `role = "roles/binaryauthorization.policyViewer"`+"\n"+`member = "allUsers"`+"\n"+condition),
			"allUsers cannot have a role under a condition",
		},
		"a condition on a basic role": {
			one("binauthz_policy_iam_binding", `role = "roles/viewer"`+"\n"+`members = ["domain:example.com"]`+"\n"+condition),
			"is a basic role",
		},
		"a condition on a note": {
			one("binauthz_note_iam_member",
				`note = "n"`+"\n"+`role = "roles/containeranalysis.notes.attacher"`+"\n"+`member = "domain:example.com"`+"\n"+condition),
			"accepts no conditions",
		},
		"a condition in a note's data": {
			one("binauthz_note_iam_policy",
				`note = "n"`+"\n"+`policy_data = jsonencode({ bindings = [{ role = "roles/x", members = ["domain:example.com"], `+
					`condition = { title = "t", expression = "true" } }] })`),
			"accepts no conditions",
		},
		"a condition without a title": {
			one("binauthz_policy_iam_member",
				`role = "roles/x"`+"\n"+`member = "domain:example.com"`+"\n"+`condition = { title = "", expression = "true" }`),
			"at least 1",
		},
		"an attestor that is a note": {
			one("binauthz_attestor_iam_member",
				`attestor = "projects/demo/notes/n"`+"\n"+`role = "roles/viewer"`+"\n"+`member = "allUsers"`),
			"is not the name of an attestor",
		},
		"an attestor of another project": {
			one("binauthz_attestor_iam_member",
				`attestor = "projects/other/attestors/a"`+"\n"+`project = "demo"`+"\n"+`role = "roles/viewer"`+"\n"+`member = "allUsers"`),
			"is in another project",
		},
		"a project that is not one": {
			one("binauthz_policy_iam_member", `project = "projects/demo"`+"\n"+`role = "roles/viewer"`+"\n"+`member = "allUsers"`),
			"is not the id of a project",
		},
		"a data source's other project": {
			`data "binauthz_attestor_iam_policy" "it" {` + "\n" + `attestor = "projects/other/attestors/a"` + "\n" + `project = "demo"` +
				"\n}",
			"is in another project",
		},
		"an import without a role": {
			one("binauthz_policy_iam_member", `role = "roles/x"`+"\n"+`member = "domain:example.com"`) +
				"import {\n  to = binauthz_policy_iam_member.it\n  id = \"projects/demo/policy\"\n}",
			"OBJECT ROLE MEMBER [CONDITION_TITLE]",
		},
		"an import of what is not a role": {
			one("binauthz_policy_iam_binding", `role = "roles/x"`+"\n"+`members = ["domain:example.com"]`) +
				"import {\n  to = binauthz_policy_iam_binding.it\n  id = \"projects/demo/policy x\"\n}",
			`"x" is not a role`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			g.Run(t, resource.TestStep{Config: c.config, PlanOnly: true, ExpectError: acctest.Words(c.says)})
			if n := g.AllCalls(); n != 0 {
				t.Errorf("%d calls", n)
			}
		})
	}
}
