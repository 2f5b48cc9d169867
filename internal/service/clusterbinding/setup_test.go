package clusterbinding_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	address = "binauthz_cluster_policy_binding.it"
	prod    = "projects/demo/locations/us-central1/clusters/prod"
	enforce = gcp.ModeProjectPolicy
	both    = gcp.ModeBindingsAndProjectPolicy
)

// world is an emulator with one cluster.
type world struct {
	*acctest.Ground
	t *testing.T
}

func newWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	return &world{acctest.NewEmulated(t, options), t}
}

func policy(name string) string { return "projects/demo/platforms/gke/policies/" + name }

// binding is a binding resource for each policy, labelled with the policy's name.
func binding(policies ...string) (all string) {
	for _, name := range policies {
		all += fmt.Sprintf("resource \"binauthz_cluster_policy_binding\" %q {\n  cluster = %q\n  policy = %q\n}\n",
			name, prod, policy(name))
	}
	return all
}

// settings are the settings of the cluster, with more attributes such as policy_bindings.
func settings(mode, more string) string {
	return fmt.Sprintf("resource \"binauthz_cluster_settings\" \"it\" {\n  cluster = %q\n  evaluation_mode = %q\n%s\n}\n", prod, mode, more)
}

// crowd is n policies of a team.
func crowd(team string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%s-%d", team, i))
	}
	return names
}

// bind changes the cluster outside Terraform, without an operation.
func (w *world) bind(mode string, policies ...string) {
	w.t.Helper()
	for i := range policies {
		policies[i] = policy(policies[i])
	}
	if err := w.Emulator.GKE().SetBinaryAuthorization(prod, mode, policies...); err != nil {
		w.t.Error(err)
	}
}

// has checks the mode and the bindings of the cluster, each policy by its short name.
func (w *world) has(mode string, policies ...string) {
	w.t.Helper()
	past := w.Emulator.GKE().History(prod)
	now := past[len(past)-1]
	var got []string
	for _, name := range now.Bindings {
		got = append(got, name[strings.LastIndex(name, "/")+1:])
	}
	slices.Sort(got)
	if slices.Sort(policies); now.Mode != mode || !slices.Equal(got, policies) {
		w.t.Errorf("the cluster has %s with %q, want %s with %q", now.Mode, got, mode, policies)
	}
}

// went checks all modes of the cluster since its creation.
func (w *world) went(modes ...string) {
	w.t.Helper()
	var got []string
	for _, s := range w.Emulator.GKE().History(prod) {
		if len(got) == 0 || got[len(got)-1] != s.Mode {
			got = append(got, s.Mode)
		}
	}
	if !slices.Equal(got, modes) {
		w.t.Errorf("the cluster went through %q, want %q", got, modes)
	}
}

// updates checks the number of updates sent.
func (w *world) updates(want int) {
	w.t.Helper()
	if got := w.Calls("UpdateCluster"); got != want {
		w.t.Errorf("%d updates were sent, want %d", got, want)
	}
}

func (w *world) must(cli *acctest.CLI, args ...string) string {
	w.t.Helper()
	return w.Fresh(w.t, cli).Succeeds(w.t, args...)
}

func (w *world) apply(config string) *acctest.CLI {
	w.t.Helper()
	cli := w.CLI(w.t, config)
	w.must(cli, "apply", "-auto-approve")
	return cli
}

func (w *world) refused(cli *acctest.CLI, text string, args ...string) string {
	w.t.Helper()
	return w.Fresh(w.t, cli).Fails(w.t, text, args...)
}

// clean expects an empty plan.
func (w *world) clean(cli *acctest.CLI) string {
	w.t.Helper()
	return w.must(cli, "plan", "-detailed-exitcode")
}

func does(action plancheck.ResourceActionType, before ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{
		PreApply:             append([]plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}, before...),
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}
}
