package faults_test

import (
	"slices"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/genproto/googleapis/type/expr"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	policyObject = "projects/demo/policy"
	sharedObject = "projects/shared/policy"

	granted    = "roles/binaryauthorization.policyViewer"
	bound      = "roles/binaryauthorization.policyEditor"
	theirs     = "roles/binaryauthorization.policyAdmin"
	theirGrant = theirs + " user:them@example.com"
	ifTheirs   = granted + " [theirs] user:them@example.com"
)

// iamLife is the life of an allow policy with a single owner, and of grants and a binding in a
// shared one.
var iamLife = []phase{
	{"create", createdGrants(), false},
	{"plan after create", createdGrants(), true},
	{"change", changedGrants(), false},
	{"plan after change", changedGrants(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

func createdGrants() []object {
	return []object{
		wholeIAM(`{"bindings":[{"role":"` + granted + `","members":["user:a@example.com"]}]}`),
		iamMember("a"), iamMember("b"), iamMember("old"), iamBinding("user:x@example.com", "user:y@example.com"),
	}
}

func changedGrants() []object {
	return []object{
		wholeIAM(`{"bindings":[{"role":"` + bound + `","members":["user:b@example.com"]}]}`),
		iamMember("a"), iamMember("b"), iamMember("new"), iamBinding("user:y@example.com", "user:z@example.com"),
	}
}

func wholeIAM(data string) object {
	return object{kind: "binauthz_policy_iam_policy", name: "whole", attributes: map[string]any{"project": "demo", "policy_data": data}}
}

func iamMember(name string) object {
	return object{
		kind:       "binauthz_policy_iam_member",
		name:       name,
		attributes: map[string]any{"project": shared, "role": granted, "member": "user:" + name + "@example.com"},
	}
}

func iamBinding(members ...string) object {
	return object{
		kind:       "binauthz_policy_iam_binding",
		name:       "bound",
		attributes: map[string]any{"project": shared, "role": bound, "members": members},
	}
}

// expectedGrants are the expected grants of a configuration by object, with those of others.
func expectedGrants(config []object) map[string][]string {
	all := map[string][]string{policyObject: nil, sharedObject: {theirGrant, ifTheirs}}
	for _, o := range config {
		switch o.kind {
		case "binauthz_policy_iam_policy":
			all[policyObject] = []string{granted + " user:a@example.com"}
			if o.attributes["policy_data"] != createdGrants()[0].attributes["policy_data"] {
				all[policyObject] = []string{bound + " user:b@example.com"}
			}
		case "binauthz_policy_iam_member":
			all[sharedObject] = append(all[sharedObject], granted+" "+o.attributes["member"].(string))
		case "binauthz_policy_iam_binding":
			for _, m := range o.attributes["members"].([]string) {
				all[sharedObject] = append(all[sharedObject], bound+" "+m)
			}
		}
	}
	return all
}

// newIAMWorld is a world of allow policies. One has another owner's grants from the start.
func newIAMWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w := newWorld(t, options)
	w.phases, w.check, w.end = iamLife, w.verifyGrants, func(*testing.T) {}
	conditional := &expr.Expr{Title: "theirs", Expression: "true"}
	_, err := w.Emulator.IAM().Set(sharedObject, &iampb.Policy{Version: 3, Bindings: []*iampb.Binding{
		{Role: theirs, Members: []string{"user:them@example.com"}},
		{Role: granted, Members: []string{"user:them@example.com"}, Condition: conditional},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) verifyGrants(t *testing.T, ph phase, s state) {
	t.Helper()
	if len(s) != len(ph.config) {
		t.Errorf("%s: %d resources are in the state, and %d in the configuration", ph.name, len(s), len(ph.config))
	}
	for resource, want := range expectedGrants(ph.config) {
		got := w.grantsOf(t, resource)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%s: %s has %q, want %q", ph.name, resource, got, want)
			tally.add(func(c *counts) { c.lost++ })
		}
	}
}

// grantsOf returns the grants of an object, sorted: role, title of the condition, member.
// Duplicates stay.
func (w *world) grantsOf(t *testing.T, resource string) []string {
	t.Helper()
	p, err := w.Emulator.IAM().Get(resource, 3)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, b := range p.GetBindings() {
		title := ""
		if b.GetCondition() != nil {
			title = " [" + b.GetCondition().GetTitle() + "]"
		}
		for _, m := range b.GetMembers() {
			all = append(all, b.GetRole()+title+" "+m)
		}
	}
	slices.Sort(all)
	return all
}

// TestEveryFaultOfIAM: every call for an allow policy meets every fault.
func TestEveryFaultOfIAM(t *testing.T) {
	t.Parallel()
	everyFault(t, newIAMWorld, []string{"SetIamPolicy"}, []string{"GetIamPolicy"}, 3)
}

func TestBlackHolesOfIAM(t *testing.T) {
	t.Parallel()
	blackHoles(t, newIAMWorld, []string{"SetIamPolicy", "GetIamPolicy"})
}

func TestRandomFaultsOfIAM(t *testing.T) {
	t.Parallel()
	randomFaults(t, newIAMWorld, seeds/2, []string{"SetIamPolicy"}, []string{"GetIamPolicy"})
}

// TestInterruptsOfIAM: an apply interrupted at any moment leaves no grant outside the state: the
// next apply succeeds, and a destroy keeps earlier grants and those of others.
func TestInterruptsOfIAM(t *testing.T) {
	t.Parallel()
	methods := []string{"SetIamPolicy", "GetIamPolicy"}
	interruptSteps(t, newIAMWorld, 2, map[string]step{
		"create":  {nil, createdGrants(), methods},
		"update":  {createdGrants(), changedGrants(), methods},
		"destroy": {createdGrants(), nil, methods},
	})
}
