package iam_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestReplacedObjectKeepsItsGrants: a replaced attestor loses its allow policy, so its grants are
// planned again, and none is lost.
func TestReplacedObjectKeepsItsGrants(t *testing.T) {
	t.Parallel()
	const triggered = "  lifecycle {\n    replace_triggered_by = [binauthz_attestor.it]\n  }\n"
	grants := func(more string) string {
		return member("it", viewer, jane, more) +
			on("binauthz_attestor_iam_binding", fmt.Sprintf("  role = %q\n  members = [%q]\n%s", verifier, joe, more))
	}
	for name, c := range map[string]struct {
		more string
		args []string
	}{
		"another note":            {},
		"-replace":                {"", []string{"-replace=binauthz_attestor.it"}},
		"another note, triggered": {triggered, nil},
		"-replace, triggered":     {triggered, []string{"-replace=binauthz_attestor.it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(grants(c.more)))
			cli.Succeeds(t, "apply", "-auto-approve")
			if c.args == nil {
				cli.Write(t, strings.ReplaceAll(w.config(grants(c.more)), "binauthz_note.it.id", `"other"`))
			}
			w.Fresh(t, cli).Succeeds(t, append([]string{"apply", "-auto-approve"}, c.args...)...)
			w.holds(verifier + ": " + joe + "; " + viewer + ": " + jane)
			w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
		})
	}
}

// TestObjectOfOthersIsMadeAgain: an attestor recreated elsewhere has no grants. A plan detects it
// even right after the grants were written.
func TestObjectOfOthersIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(member("it", viewer, jane, "")))
	cli.Succeeds(t, "apply", "-auto-approve")
	a, err := w.Clients.FreshAttestor(t.Context(), w.attestor)
	if err == nil {
		err = w.Clients.DeleteAttestor(t.Context(), w.attestor)
	}
	if err == nil {
		_, err = w.Clients.CreateAttestor(t.Context(), w.attestor, &gcp.Attestor{Name: a.GetName(), AttestorType: a.GetAttestorType()})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	w.holds(viewer + ": " + jane)
}

// TestDestroysThatCouldTakeAway: the plan refuses a destroy if it could remove a grant of a
// remaining or new resource, in either order of execution.
func TestDestroysThatCouldTakeAway(t *testing.T) {
	t.Parallel()
	unknown := "resource \"terraform_data\" \"d\" {\n  input = %q\n}\n"
	later := func(role string) string {
		return fmt.Sprintf(unknown, joe) + on("binauthz_attestor_iam_binding",
			fmt.Sprintf("  role = %q\n  members = [terraform_data.d.output]", role))
	}
	for name, c := range map[string]struct{ before, after string }{
		"a policy before members":             {policy(of(verifier, jane)), member("new", viewer, joe, "")},
		"a binding before a member":           {binding(verifier, jane), member("new", verifier, joe, "")},
		"a member before an open binding":     {member("old", verifier, jane, ""), later(verifier)},
		"a member before a policy with it":    {member("old", verifier, jane, ""), policy(of(verifier, jane, joe))},
		"a member before a binding of others": {member("old", verifier, jane, ""), binding(verifier, joe)},
		"a member before a policy of others":  {member("old", verifier, jane, ""), policy(of(viewer, joe))},
		"a binding before a policy of others": {binding(verifier, jane), policy(of(viewer, joe))},
		"a member of another role before a binding": {
			member("old", verifier, jane, ""), member("old", viewer, jane, "") + binding(verifier, joe),
		},
		"a binding before an unknown member": {
			binding(verifier, jane),
			fmt.Sprintf(unknown, joe) + "resource \"binauthz_attestor_iam_member\" \"new\" {\n  attestor = binauthz_attestor.it.id\n  " +
				"role = \"" + verifier + "\"\n  member = terraform_data.d.output\n}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(c.before))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, w.config(c.after))
			w.Fresh(t, cli).Fails(t, "Role would be lost", "plan")
			cli.Write(t, w.config(""))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve") // the destroy first, in an apply of its own
			cli.Write(t, w.config(c.after))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
		})
	}
}

// TestRemovedResourceIsTakenOver: a new binding or policy removes the grants of a resource removed
// without a destroy. Its own destroy restores them.
func TestRemovedResourceIsTakenOver(t *testing.T) {
	t.Parallel()
	const removed = "removed {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n"
	for name, c := range map[string]struct{ before, address, after, has string }{
		"a member by a binding": {
			member("old", verifier, jane, ""), "binauthz_attestor_iam_member.old", binding(verifier, joe), verifier + ": " + joe,
		},
		"a member by a policy": {
			member("old", verifier, jane, ""), "binauthz_attestor_iam_member.old", policy(of(viewer, joe)), viewer + ": " + joe,
		},
		"a binding by a policy": {binding(verifier, jane), bindingAddress, policy(of(viewer, joe)), viewer + ": " + joe},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(c.before))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, w.config(c.after+fmt.Sprintf(removed, c.address)))
			acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "Create overwrites an existing object")
			w.holds(c.has)
			w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
			cli.Write(t, w.config(""))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			w.holds(verifier + ": " + jane)
		})
	}
}

// TestGrantsBesideAReplacedObject: a new or changed binding or policy of a replaced attestor takes
// nothing over, because the new attestor has no allow policy.
func TestGrantsBesideAReplacedObject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, has string }{
		"a new binding": {"", binding(viewer, joe), viewer + ": " + joe},
		"a new policy":  {"", policy(of(viewer, joe)), viewer + ": " + joe},
		"a binding for a member": {
			member("old", verifier, jane, ""), member("old", viewer, jane, "") + binding(verifier, joe),
			verifier + ": " + joe + "; " + viewer + ": " + jane,
		},
		"a role changes":    {binding(verifier, jane), binding(viewer, jane), viewer + ": " + jane},
		"the members do":    {binding(viewer, jane), binding(viewer, joe), viewer + ": " + joe},
		"a condition comes": {binding(viewer, jane), on("binauthz_attestor_iam_binding", conditional), viewer + " if t: " + jane},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(c.before))
			cli.Succeeds(t, "apply", "-auto-approve")
			w.change(w.attestor.String(), func(p *gcp.AllowPolicy) {
				allowpolicy.Add(p, grant(viewer, stranger))
				allowpolicy.Add(p, underCondition(stranger))
			})()
			cli.Write(t, w.config(c.after))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-replace=binauthz_attestor.it")
			w.holds(c.has)
			w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
			cli.Write(t, w.config(""))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			w.holds("") // nothing of the earlier attestor comes back
		})
	}
}

const conditional = "  role = \"" + viewer + "\"\n  members = [\"" + jane + "\"]\n  condition = { title = \"t\", expression = \"true\" }"

func underCondition(member string) allowpolicy.Grant {
	return allowpolicy.Grant{
		Binding: allowpolicy.Binding{Role: viewer, Condition: allowpolicy.Condition{Title: "t", Expression: "true"}}, Member: member,
	}
}

// TestReplacements: a binding or a policy with takes_over can be replaced, in either order.
func TestReplacements(t *testing.T) {
	t.Parallel()
	const first = "\n  lifecycle {\n    create_before_destroy = true\n  }\n"
	for name, c := range map[string]struct{ config, address, want string }{
		"a member": {member("it", viewer, jane, "%s"), memberAddress, viewer + ": " + jane + ", " + stranger},
		"a binding": {
			on("binauthz_attestor_iam_binding", fmt.Sprintf("  role = %q\n  members = [%q]\n%%s", viewer, jane)), bindingAddress,
			viewer + ": " + jane,
		},
		"a policy": {
			on("binauthz_attestor_iam_policy",
				fmt.Sprintf("  policy_data = jsonencode({ bindings = [{ role = %q, members = [%q] }] })\n%%s", viewer, jane)),
			policyAddress,
			viewer + ": " + jane,
		},
	} {
		for order, block := range map[string]string{"destroy first": "", "create first": first} {
			t.Run(name+" "+order, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
				cli := w.CLI(t, w.config(""))
				cli.Succeeds(t, "apply", "-auto-approve")
				w.change(w.attestor.String(), func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) })()
				cli.Write(t, w.config(fmt.Sprintf(c.config, block)))
				w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
				w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-replace="+c.address)
				w.holds(c.want)
				w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
			})
		}
	}
}

// TestUnknownMembersThatStay: unknown members with an unchanged result are no change, even after a
// create with takes_over.
func TestUnknownMembersThatStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	config := "resource \"terraform_data\" \"d\" {\n  input = \"" + jane + "\"\n  triggers_replace = \"%d\"\n}\n" +
		on("binauthz_attestor_iam_binding", "  role = \""+viewer+"\"\n  members = [terraform_data.d.output]")
	cli := w.CLI(t, w.config(""))
	cli.Succeeds(t, "apply", "-auto-approve")
	w.change(w.attestor.String(), func(p *gcp.AllowPolicy) { allowpolicy.Add(p, grant(viewer, stranger)) })()
	for trigger := range 3 {
		cli.Write(t, w.config(fmt.Sprintf(config, trigger)))
		w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
		w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	}
	w.holds(viewer + ": " + jane)
}

// TestDestroyPutsBackWhatWasThere: a destroy restores the earlier members, even those invalid in a
// configuration. Members no longer accepted by IAM are left out with a warning.
func TestDestroyPutsBackWhatWasThere(t *testing.T) {
	t.Parallel()
	const deleted, spaced = "deleted:user:x@example.com?uid=1",
		"principalSet://iam.googleapis.com/locations/global/workforcePools/p/group/Human Resources"
	for name, config := range map[string]string{"a binding": binding(viewer, jane), "a policy": policy(of(viewer, jane))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(""))
			cli.Succeeds(t, "apply", "-auto-approve")
			for _, m := range []string{deleted, spaced, joe} {
				w.Emulator.IAM().HadMember(w.attestor.String(), viewer, m)
			}
			cli.Write(t, w.config(config))
			w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, w.config(""))
			acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "Deleted principal does not get its role back")
			w.holds(viewer + ": " + joe + ", " + spaced)
		})
	}
}

// TestBlankProjectOfAnotherObject: project = "" means the object's own project, even if the
// provider has another one.
func TestBlankProjectOfAnotherObject(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	config := func(member string) string {
		return acctest.HCL(t, "testdata/binding_in_another_project.tf", map[string]any{"member": member})
	}
	cli := g.CLI(t, config(jane))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(joe))
	g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}
