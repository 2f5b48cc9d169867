package cluster_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// plain returns the output of a command on one line.
func plain(out string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
}

// TestClusterSettingsRenamed: the plan refuses a renaming without a moved block. Otherwise the
// destroy would switch off the setting written by the create.
func TestClusterSettingsRenamed(t *testing.T) {
	t.Parallel()
	const a = "projects/demo/locations/us-central1/clusters/a"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a}})
	cli := g.CLI(t, config(a, enforce, ""))
	run := func(want bool, args ...string) string {
		t.Helper()
		out, code := g.Fresh(t, cli).Run(t, args...)
		if (code == 0) != want {
			t.Fatalf("%v: exit code %d: %s", args, code, out)
		}
		return plain(out)
	}
	run(true, "apply", "-auto-approve")
	renamed := strings.Replace(config("us-central1/a", enforce, ""), `"it"`, `"other"`, 1)
	cli.Write(t, renamed)
	if out := run(false, "plan"); !strings.Contains(out, "Error: Resource was renamed without a moved block") ||
		!strings.Contains(out, "from = binauthz_cluster_settings.OLD") {
		t.Error(out)
	}
	cli.Write(t, renamed+"moved {\n  from = binauthz_cluster_settings.it\n  to = binauthz_cluster_settings.other\n}\n")
	run(true, "apply", "-auto-approve")
	run(true, "destroy", "-auto-approve")
}

// TestClusterSettingsAreNotRecreated: the plan refuses to destroy and recreate the settings of a
// cluster.
func TestClusterSettingsAreNotRecreated(t *testing.T) {
	t.Parallel()
	const a = "projects/demo/locations/us-central1/clusters/a"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a}})
	for _, more := range []string{"", "lifecycle {\n    create_before_destroy = true\n  }"} {
		cli := g.CLI(t, config(a, enforce, more))
		run := func(want bool, args ...string) {
			t.Helper()
			out, code := g.Fresh(t, cli).Run(t, args...)
			if (code == 0) != want || strings.Contains(out, "Cluster would be destroyed and recreated") == want {
				t.Errorf("%v: exit code %d: %s", args, code, out)
			}
		}
		run(true, "apply", "-auto-approve")
		g.Emulator.ResetCalls()
		run(false, "apply", "-auto-approve", "-replace="+address)
		run(true, "taint", address)
		run(false, "apply", "-auto-approve")
		run(true, "untaint", address)
		run(true, "plan", "-detailed-exitcode")
		if n := g.Calls("clusters/a:updateCluster") + g.Calls("UpdateCluster"); n != 0 {
			t.Errorf("the cluster was updated %d times", n)
		}
		run(true, "destroy", "-auto-approve")
	}
}
