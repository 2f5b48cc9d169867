package clusterbinding_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// twoTeams is a world in which a policy of another project has the same short name as ours.
type twoTeams struct {
	*world
	ours, theirs string // with project numbers, as the cluster shows them
}

func newTwoTeams(t *testing.T) *twoTeams {
	t.Helper()
	w := newWorld(t, emulator.Options{})
	number := func(project string) string {
		return strings.ReplaceAll(policy("baseline"), "demo", w.Emulator.World().ProjectNumber(project))
	}
	return &twoTeams{w, number("demo"), number("other-team")}
}

func (w *twoTeams) binds(names ...string) {
	w.t.Helper()
	if err := w.Emulator.GKE().SetBinaryAuthorization(prod, gcp.NewSetting(false, names).Mode, names...); err != nil {
		w.t.Error(err)
	}
}

func (w *twoTeams) bound(want ...string) {
	w.t.Helper()
	past := w.Emulator.GKE().History(prod)
	var got []string
	for _, name := range past[len(past)-1].Bindings {
		got = append(got, strings.ReplaceAll(name, "demo", w.Emulator.World().ProjectNumber("demo")))
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		w.t.Errorf("the cluster has %q, want %q", got, want)
	}
}

func (w *twoTeams) numbered() string {
	return strings.ReplaceAll(binding("baseline"), policy("baseline"), w.ours)
}

// TestClusterPolicyBindingOfTwoProjects: two policies of one short name in two projects. With the
// id, the provider cannot tell which binding is ours: it keeps the state with a warning, and
// refuses the destroy. With the number in the configuration, it removes only ours.
func TestClusterPolicyBindingOfTwoProjects(t *testing.T) {
	t.Parallel()
	w := newTwoTeams(t)
	cli := w.apply(binding("baseline"))
	w.binds(w.ours, w.theirs)
	acctest.Says(t, w.clean(cli), "Policy binding is ambiguous ("+prod+" "+policy("baseline")+")", w.ours, w.theirs,
		"with the number of its project")
	acctest.Says(t, w.refused(cli, "several bindings that can be this policy", "destroy", "-auto-approve"), w.ours, w.theirs)
	w.bound(w.ours, w.theirs)
	w.updates(1)
	cli.Write(t, w.numbered())
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), changes)
	w.updates(1)
	acctest.Says(t, w.clean(cli), "!ambiguous")
	w.must(cli, "destroy", "-auto-approve")
	w.bound(w.theirs)
}

// TestClusterPolicyBindingBesideAnotherProject: a create counts the single binding of the same
// short name as its own, and says how to bind the policy of another project. With two such
// bindings, it names both.
func TestClusterPolicyBindingBesideAnotherProject(t *testing.T) {
	t.Parallel()
	w := newTwoTeams(t)
	cli := w.CLI(t, binding("baseline"))
	w.must(cli, "plan", "-out=it.tfplan")
	w.binds(w.theirs)
	acctest.Says(t, w.refused(cli, "Policy is already bound", "plan"), "The cluster shows the binding as "+w.theirs,
		"write the project of this policy in the same form")
	acctest.Says(t, w.refused(cli, "Policy is already bound", "apply", "it.tfplan"), w.theirs)
	w.binds(w.ours, w.theirs)
	acctest.Says(t, w.refused(cli, "Policy binding is ambiguous", "apply", "-auto-approve"), w.ours, w.theirs)
	w.binds(w.theirs)
	w.updates(0)
	cli.Write(t, w.numbered())
	w.must(cli, "apply", "-auto-approve")
	w.bound(w.ours, w.theirs)
	w.clean(cli)
	cli.Write(t, strings.ReplaceAll(w.numbered(), "baseline\"\n}", "another\"\n}"))
	w.must(cli, "apply", "-auto-approve")
	w.bound(strings.ReplaceAll(w.ours, "baseline", "another"), w.theirs)
	w.must(cli, "destroy", "-auto-approve")
	w.bound(w.theirs)
}

// TestClusterPolicyBindingOfAnotherNumber: the number of another project is another policy, also if
// the state has an id.
func TestClusterPolicyBindingOfAnotherNumber(t *testing.T) {
	t.Parallel()
	w := newTwoTeams(t)
	cli := w.apply(binding("baseline"))
	cli.Write(t, w.numbered())
	w.clean(cli)
	cli.Write(t, strings.ReplaceAll(w.numbered(), w.ours, w.theirs))
	acctest.Says(t, w.must(cli, "apply", "-auto-approve"), changes)
	w.bound(w.theirs)
	w.went(gcp.ModeDisabled, gcp.ModeBindings)
	w.clean(cli)
}

// TestClusterPolicyBindingOfAnotherProject: a change to the policy of the same name in another
// project is written, also if the cluster shows a number that could be the new policy, and if the
// first reply is lost.
func TestClusterPolicyBindingOfAnotherProject(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{"", "unavailable", "after:unavailable"} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newTwoTeams(t)
			cli := w.apply(binding("baseline"))
			w.bound(w.ours)
			if kind != "" {
				if err := w.Emulator.Inject(fault.Fault{Method: "UpdateCluster", Kind: kind}); err != nil {
					t.Fatal(err)
				}
			}
			cli.Write(t, strings.ReplaceAll(binding("baseline"), policy("baseline"), otherTeam(policy("baseline"))))
			acctest.Says(t, w.must(cli, "apply", "-auto-approve"), changes)
			w.bound(w.theirs)
			w.clean(cli)
		})
	}
}

func otherTeam(policy string) string {
	return strings.ReplaceAll(policy, "projects/demo/", "projects/other-team/")
}
