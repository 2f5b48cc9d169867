package cluster_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsDeletionPolicy: the mode after a destroy depends on deletion_policy and on the
// mode before the create.
func TestClusterSettingsDeletionPolicy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, want string
		bindings     []string
		mode, policy string
	}{
		"restore disabled":          {before: "", mode: enforce, policy: "RESTORE", want: gcp.ModeDisabled},
		"restore enforced":          {before: enforce, mode: gcp.ModeDisabled, policy: "RESTORE", want: enforce},
		"restore what was the same": {before: enforce, mode: enforce, policy: "RESTORE", want: enforce},
		"restore keeps bindings": {
			before:   gcp.ModeBindings,
			bindings: []string{binding},
			mode:     gcp.ModeBindingsAndProjectPolicy,
			policy:   "RESTORE",
			want:     gcp.ModeBindings,
		},
		"disable": {before: enforce, mode: enforce, policy: "DISABLE", want: gcp.ModeDisabled},
		"disable keeps bindings": {
			before:   gcp.ModeBindingsAndProjectPolicy,
			bindings: []string{binding},
			mode:     gcp.ModeBindingsAndProjectPolicy,
			policy:   "DISABLE",
			want:     gcp.ModeBindings,
		},
		"abandon": {before: "", mode: enforce, policy: "ABANDON", want: enforce},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			cluster := g.Cluster(t)
			if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, c.before, c.bindings...); err != nil {
				t.Fatal(err)
			}
			g.Run(t, resource.TestStep{Config: config(cluster, c.mode, `deletion_policy = "`+c.policy+`"`)})
			history := g.Emulator.GKE().History(cluster)
			last := history[len(history)-1]
			if last.Mode != c.want || len(last.Bindings) != len(c.bindings) {
				t.Errorf("after the destroy the cluster has %+v, want %s with %d bindings", last, c.want, len(c.bindings))
			}
		})
	}
}

func TestClusterSettingsPreventsDestroy(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	g.Run(t,
		resource.TestStep{Config: config(cluster, enforce, `deletion_policy = "PREVENT"`)},
		resource.TestStep{
			Config:      config(cluster, enforce, `deletion_policy = "PREVENT"`),
			Destroy:     true,
			ExpectError: regexp.MustCompile(`(?s)Destroy prevented.*deletion_policy = "PREVENT"`),
		},
		resource.TestStep{Config: config(cluster, enforce, `deletion_policy = "DISABLE"`)},
	)
}

// TestClusterSettingsRestoresAfterImport: a destroy restores the setting found by the import.
func TestClusterSettingsRestoresAfterImport(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	if err := g.Emulator.GKE().SetBinaryAuthorization(cluster, enforce); err != nil {
		t.Fatal(err)
	}
	imported := "import {\n  to = " + address + "\n  id = \"" + cluster + "\"\n}\n"
	g.Run(t,
		resource.TestStep{Config: imported + config(cluster, enforce, "")},
		resource.TestStep{Config: config(cluster, gcp.ModeDisabled, "")},
	)
	if mode := modeOf(t, g, cluster); mode != enforce {
		t.Errorf("after the destroy the cluster evaluates %s", mode)
	}
}

// TestClusterSettingsCaseFRemovedFromTheConfiguration, case F: the settings of an enforcing cluster
// are removed from the configuration. The plan warns, and the apply switches off the enforcement
// set by the resource.
func TestClusterSettingsCaseFRemovedFromTheConfiguration(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cluster := g.Cluster(t)
	cli := g.CLI(t, config(cluster, enforce, ""))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	cli.Write(t, "")
	if out, code := g.Fresh(t, cli).Run(t, "plan", "-detailed-exitcode"); code != 2 ||
		!strings.Contains(out, "Enforcement is switched off (projects/") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := g.Fresh(t, cli).Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	if mode := modeOf(t, g, cluster); mode != gcp.ModeDisabled {
		t.Errorf("the cluster still evaluates %s", mode)
	}
}
