package cluster_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	both  = gcp.ModeBindingsAndProjectPolicy
	audit = "projects/demo/platforms/gke/policies/audit"
	fresh = "projects/demo/platforms/gke/policies/fresh"
)

// listing is policy_bindings with these policies.
func listing(policies ...string) string {
	for i := range policies {
		policies[i] = fmt.Sprintf("%q", policies[i])
	}
	return "policy_bindings = [" + strings.Join(policies, ", ") + "]"
}

func bind(t *testing.T, g *acctest.Ground, cluster, mode string, policies ...string) {
	t.Helper()
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, mode, policies...); err != nil {
		t.Fatal(err)
	}
}

// has checks the mode and the bindings of the cluster. Policies are given by the last part of their
// names.
func has(t *testing.T, g *acctest.Ground, cluster, mode string, policies ...string) {
	t.Helper()
	past := g.Emulator.GKE().History(cluster)
	now := past[len(past)-1]
	var got []string
	for _, name := range now.Bindings {
		got = append(got, name[strings.LastIndex(name, "/")+1:])
	}
	if slices.Sort(got); now.Mode != mode || !slices.Equal(got, policies) {
		t.Errorf("the cluster has %s with %q, want %s with %q", now.Mode, got, mode, policies)
	}
}

// TestClusterSettingsListedBindings: a policy name with the project id equals the name with the
// project number, in the configuration and in responses. Changes made outside Terraform show as
// drift.
func TestClusterSettingsListedBindings(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	g.Emulator.GKE().NormalizeBindings = true
	cluster := g.Cluster(t)
	number := g.Emulator.World().ProjectNumber("demo")
	numbered := strings.ReplaceAll(audit, "demo", number)
	step := func(action plancheck.ResourceActionType, mode, list string, drift func()) resource.TestStep {
		return resource.TestStep{PreConfig: drift, Config: config(cluster, mode, list), ConfigPlanChecks: does(action)}
	}
	none, anew := func() {}, func(mode string, policies ...string) func() { return func() { bind(t, g, cluster, mode, policies...) } }
	g.Run(t,
		step(plancheck.ResourceActionCreate, gcp.ModeBindings, listing(audit), none),
		step(plancheck.ResourceActionNoop, gcp.ModeBindings, listing(numbered), none),
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateKind: resource.ImportCommandWithID,
			ImportStateVerify: true, ImportStateVerifyIgnore: []string{"policy_bindings"},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		step(plancheck.ResourceActionUpdate, gcp.ModeBindings, listing(audit), anew(gcp.ModeBindings, audit, fresh)),
		step(plancheck.ResourceActionUpdate, gcp.ModeBindings, listing(audit), anew(gcp.ModeDisabled)),
		step(plancheck.ResourceActionUpdate, gcp.ModeBindings, listing(audit), anew(both, audit)),
		step(plancheck.ResourceActionUpdate, enforce, listing(), func() { has(t, g, cluster, gcp.ModeBindings, "audit") }),
		step(plancheck.ResourceActionUpdate, enforce, listing(), anew(both, fresh)),
		step(plancheck.ResourceActionUpdate, enforce, "", func() { has(t, g, cluster, enforce) }), // from now on they are not managed
		resource.TestStep{
			PreConfig: anew(both, fresh), Config: config(cluster, enforce, ""), ConfigPlanChecks: does(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("policy_bindings"), knownvalue.SetSizeExact(1)),
			},
		},
	)
	has(t, g, cluster, gcp.ModeBindings, "fresh") // the destroy leaves what is not managed
}

// TestClusterSettingsRestoreBindings: a destroy restores the earlier bindings, subject to
// deletion_policy and policy_bindings.
func TestClusterSettingsRestoreBindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, mode, list, policy string
		bound                      []string
		want                       string
		left                       []string
	}{
		"restore":          {gcp.ModeBindings, enforce, listing(), "RESTORE", []string{audit}, gcp.ModeBindings, []string{"audit"}},
		"restore both":     {both, gcp.ModeBindings, listing(fresh), "RESTORE", []string{audit}, both, []string{"audit"}},
		"restore nothing":  {"", gcp.ModeBindings, listing(fresh), "RESTORE", nil, gcp.ModeDisabled, nil},
		"restore enforced": {enforce, both, listing(fresh), "RESTORE", nil, enforce, nil},
		"disable":          {gcp.ModeBindings, both, listing(fresh), "DISABLE", []string{audit}, gcp.ModeDisabled, nil},
		"abandon":          {enforce, gcp.ModeBindings, listing(fresh), "ABANDON", nil, gcp.ModeBindings, []string{"fresh"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			bind(t, g, cluster, c.before, c.bound...)
			past := len(g.Emulator.GKE().History(cluster))
			cli := g.CLI(t, config(cluster, c.mode, c.list+"\ndeletion_policy = \""+c.policy+"\""))
			cli.Succeeds(t, "apply", "-auto-approve")
			g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
			has(t, g, cluster, c.want, c.left...)
			if n := len(g.Emulator.GKE().History(cluster)) - past; n > 2 {
				t.Errorf("%d updates", n)
			}
		})
	}
}

// TestClusterSettingsSparesWhatCameSinceThePlan: neither an update nor a destroy removes a policy
// bound after the plan.
func TestClusterSettingsSparesWhatCameSinceThePlan(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(cluster, both, listing(audit)))
	cli.Succeeds(t, "plan", "-out=it.tfplan")
	bind(t, g, cluster, gcp.ModeBindings, audit, fresh)
	g.Fresh(t, cli).Fails(t, "/policies/fresh. policy_bindings does not list them, and nothing was written", "apply", "it.tfplan")
	has(t, g, cluster, gcp.ModeBindings, "audit", "fresh")
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"),
		"Continuous validation loses checks ("+cluster+" projects/",
		"no longer checks the pods of "+cluster+" against:",
		"/policies/fresh It no longer logs violations")
	bind(t, g, cluster, gcp.ModeBindings, audit)
	cli.Write(t, config(cluster, gcp.ModeBindings, listing(audit)))
	g.Fresh(t, cli).Succeeds(t, "plan", "-destroy", "-out=it.tfplan")
	bind(t, g, cluster, gcp.ModeBindings, audit, fresh)
	g.Fresh(t, cli).Succeeds(t, "apply", "it.tfplan")
	has(t, g, cluster, gcp.ModeBindings, "fresh")
}

// TestClusterSettingsListAPolicyOfAnotherProject: the policy of the same name in another project is
// written, although the cluster shows a number that could be the new policy.
func TestClusterSettingsListAPolicyOfAnotherProject(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster, theirs := g.Cluster(t), strings.ReplaceAll(audit, "demo", "other-team")
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(cluster, gcp.ModeBindings, listing(theirs)))
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "1 changed")
	past := g.Emulator.GKE().History(cluster)
	numbered := strings.ReplaceAll(audit, "demo", g.Emulator.World().ProjectNumber("other-team"))
	if now := past[len(past)-1]; !slices.Equal(now.Bindings, []string{numbered}) && !slices.Equal(now.Bindings, []string{theirs}) {
		t.Errorf("the cluster has %q", now.Bindings)
	}
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}

// TestClusterSettingsModeChangedSinceThePlan: an apply stops if others have switched enforcement on
// or off since a plan without a change of the mode.
func TestClusterSettingsModeChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	for planned, since := range map[string]string{gcp.ModeDisabled: enforce, enforce: gcp.ModeDisabled} {
		t.Run(planned, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			cli := g.CLI(t, config(cluster, planned, ""))
			cli.Succeeds(t, "apply", "-auto-approve")
			cli.Write(t, config(cluster, planned, `deletion_policy = "ABANDON"`))
			cli.Succeeds(t, "plan", "-out=it.tfplan")
			bind(t, g, cluster, since)
			g.Fresh(t, cli).Fails(t, "the cluster has changed to "+since+" since the plan", "apply", "it.tfplan")
			has(t, g, cluster, since)
			g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve") // a new plan shows the change
			has(t, g, cluster, planned)
		})
	}
}

// TestClusterSettingsWithAnUnknownList: the plan names the bindings that the list can lack.
func TestClusterSettingsWithAnUnknownList(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	bind(t, g, cluster, gcp.ModeBindings, audit, fresh)
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, fmt.Sprintf("resource \"terraform_data\" \"it\" {\n  input = %q\n}\n", audit)+
		config(cluster, gcp.ModeBindings, "policy_bindings = [terraform_data.it.output]"))
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"), "Not checked until apply ("+cluster+")", "removes each of these bindings",
		"/policies/audit", "/policies/fresh")
}

// TestClusterSettingsRefusesBindings: invalid bindings are an error at the attribute, before any
// call.
func TestClusterSettingsRefusesBindings(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	var eleven []string
	for i := range 11 {
		eleven = append(eleven, fmt.Sprintf("%s-%d", audit, i))
	}
	for want, c := range map[string][2]string{
		"Policy bindings are missing":                   {gcp.ModeBindings, listing()},
		"Policy bindings are not evaluated":             {enforce, listing(audit)},
		"A cluster can have at most 10 policy bindings": {gcp.ModeBindings, listing(eleven...)},
		"Policy is bound twice":                         {gcp.ModeBindings, listing(audit, strings.ReplaceAll(audit, "demo", "123"))},
		"\"audit\" is not the name of a platform":       {gcp.ModeBindings, listing("audit")},
		"for cluster bindings":                          {gcp.ModeBindings, listing("projects/demo/platforms/cloudRun/policies/audit")},
		"Set it to \"POLICY_BINDINGS\"":                 {gcp.ModeDisabled, listing(audit)},
		"_AND_PROJECT_SINGLETON_POLICY_ENFORCE\",":      {enforce, listing(audit)},
		"evaluation_mode = \"POLICY_BINDINGS_AND_P":     {both, listing()},
	} {
		cli := g.CLI(t, config(g.Cluster(t), c[0], c[1]))
		acctest.Says(t, cli.Fails(t, want, "plan"), "policy_bindings")
	}
	if n := g.AllCalls(); n > 0 {
		t.Errorf("%d calls", n)
	}
}

// TestClusterSettingsSaysThatBindingsOnlyAudit: policy bindings alone block no image. The apply
// warns of it, and later plans do not repeat the warning.
func TestClusterSettingsSaysThatBindingsOnlyAudit(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, gcp.ModeBindings, listing(audit)))
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), "Policy bindings only audit ("+cluster+")", "blocks no image")
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode"), "!only audit")
	cli.Write(t, config(cluster, both, listing(audit)))
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"), "!only audit", "!loses checks")
	acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-destroy"), "loses checks ("+cluster+" "+audit+")")
}
