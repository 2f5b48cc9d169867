package iam_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const agent = "serviceAccount:service-123456789@gcp-sa-binaryauthorization.iam.gserviceaccount.com"

// TestPlanWarns: a plan warns of a role granted to everybody, and of a role lost by Google's
// service agent.
func TestPlanWarns(t *testing.T) {
	t.Parallel()
	const (
		everybody = "Role is granted to everybody"
		agentGoes = "Binary Authorization's service agent loses a role"
	)
	for name, c := range map[string]struct{ before, after, says string }{
		"a member that is everybody":  {"", member("it", verifier, "allUsers", ""), everybody},
		"everybody with an account":   {"", member("it", verifier, "allAuthenticatedUsers", ""), everybody},
		"everybody in a binding":      {binding(verifier, jane), binding(verifier, jane, "allUsers"), everybody},
		"everybody in a policy":       {"", policy(of(verifier, "allUsers")), everybody},
		"the agent's member":          {member("it", verifier, agent, ""), "", agentGoes},
		"the agent out of a binding":  {binding(verifier, jane, agent), binding(verifier, jane), agentGoes},
		"the agent's binding":         {binding(verifier, agent), "", agentGoes},
		"the agent out of a policy":   {policy(of(verifier, jane, agent)), policy(of(verifier, jane)), agentGoes},
		"the agent's role to another": {member("it", verifier, agent, ""), member("it", verifier, jane, ""), agentGoes},
		"a binding without the agent": {
			member("other", verifier, agent, ""), member("other", verifier, agent, "") + binding(verifier, jane), agentGoes,
		},
		"a member beside a binding": {
			"", member("other", verifier, jane, "") + binding(verifier, joe), "Two resources manage one role",
		},
		"a member beside a policy": {
			"", member("other", viewer, jane, "") + policy(of(verifier, joe)), "Two resources manage one role",
		},
		"a create that takes a role off": {
			member("other", verifier, jane, ""), member("other", verifier, jane, "") + binding(verifier, joe),
			"Create overwrites an existing object",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
			cli := w.CLI(t, w.config(c.before))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, w.config(c.after))
			acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "plan"), c.says)
		})
	}
}

// TestBindingTwice: with two resources for one binding, the second does not overwrite the first.
func TestBindingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	other := `resource "binauthz_attestor_iam_binding" "other" {
  attestor = binauthz_attestor.it.id
  role     = "` + verifier + `"
  members  = ["` + joe + `"]
}
`
	cli := w.CLI(t, w.config(binding(verifier, jane)+other))
	cli.Succeeds(t, "apply", "-auto-approve", "-target=binauthz_attestor.it")
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "plan"), "Two resources manage one role")
	if out, code := w.Fresh(t, cli).Run(t, "apply", "-auto-approve"); code == 0 {
		t.Errorf("two bindings of one role were applied\n%s", out)
	}
}

// TestFromMemberToBinding: the destroy of a member could remove a grant just written by a binding,
// so the plan fails and explains how to remove the member from the state.
func TestFromMemberToBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	cli := w.CLI(t, w.config(member("old", verifier, jane, "")))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, w.config(binding(verifier, jane, joe)))
	w.Fresh(t, cli).Fails(t, "Role would be lost", "plan")
	cli.Write(t, w.config(binding(verifier, jane, joe)+"removed {\n  from = binauthz_attestor_iam_member.old\n  lifecycle {\n    "+
		"destroy = false\n  }\n}\n"))
	w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}
