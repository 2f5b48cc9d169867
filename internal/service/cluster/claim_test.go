package cluster_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestClusterSettingsOwnedTwice: two resources for one cluster cause one warning. A plan to destroy
// and recreate the settings fails: in between, the cluster would not enforce.
func TestClusterSettingsOwnedTwice(t *testing.T) {
	t.Parallel()
	const a, b = "projects/demo/locations/us-central1/clusters/a", "projects/demo/locations/us-central1/clusters/b"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a, b}})
	second := func(cluster, mode string) string {
		return strings.Replace(config(cluster, mode, ""), `"it"`, `"second"`, 1)
	}
	cli := g.CLI(t, "")
	run := func(what string, fails bool, want int, body string, args ...string) {
		t.Helper()
		cli.Write(t, body)
		out, code := g.Fresh(t, cli).Run(t, args...)
		got := strings.Count(out, "Warning: Cluster is owned twice (projects/demo/locations/us-central1/clusters/a)")
		if (code != 0) != fails || got != want {
			t.Errorf("%s: exit code %d, told %d times instead of %d: %s", what, code, got, want, out)
		}
		if fails && !strings.Contains(out, "Error: Cluster would be destroyed and recreated") {
			t.Errorf("%s: %s", what, out)
		}
	}
	one := config(a, enforce, "")
	imported := "import {\n  to = binauthz_cluster_settings.second\n  id = \"" + a + "\"\n}\n"
	run("of two clusters", false, 0, one+second(b, enforce), "plan")
	run("one", false, 0, one, "apply", "-auto-approve")
	run("one that is replaced by hand", true, 0, one, "plan", "-replace="+address)
	run("one that moves", false, 0, config(b, enforce, ""), "plan")
	run("a second that is made", true, 0, one+second(a, gcp.ModeDisabled), "plan")
	run("an equal one", true, 0, one+second(a, enforce), "plan")
	run("a second that is imported", false, 1, one+second(a, enforce)+imported, "apply", "-auto-approve")
	run("two that are there", false, 1, one+second(a, enforce), "plan")
}

// TestClusterSettingsMadeTwice: an apply warns of two resources for one cluster created in it.
func TestClusterSettingsMadeTwice(t *testing.T) {
	t.Parallel()
	const a = "projects/demo/locations/us-central1/clusters/a"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a}})
	one := config(a, enforce, "")
	out, code := g.CLI(t, one+strings.Replace(one, `"it"`, `"second"`, 1)).Run(t, "apply", "-auto-approve")
	if code != 0 || strings.Count(out, "Warning: Cluster is owned twice") != 1 {
		t.Errorf("exit code %d: %s", code, out)
	}
}
