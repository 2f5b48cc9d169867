package cluster_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// Two resources for one cluster are told once; one that is replaced is one.
func TestClusterSettingsOwnedTwice(t *testing.T) {
	t.Parallel()
	const a, b = "projects/demo/locations/us-central1/clusters/a", "projects/demo/locations/us-central1/clusters/b"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a, b}})
	second := func(cluster, mode string) string {
		return strings.Replace(config(cluster, mode, ""), `"it"`, `"second"`, 1)
	}
	cli := g.CLI(t, "")
	run := func(what string, want int, body string, args ...string) {
		t.Helper()
		cli.Write(t, body)
		out, code := g.Fresh(t, cli).Run(t, args...)
		if got := strings.Count(out, "Warning: Cluster is owned twice (projects/demo/locations/us-central1/clusters/a)"); code != 0 || got != want {
			t.Errorf("%s: exit code %d, told %d times instead of %d: %s", what, code, got, want, out)
		}
	}
	one := config(a, enforce, "")
	run("two new ones", 1, one+second("us-central1/a", enforce), "plan")
	run("of two clusters", 0, one+second(b, enforce), "plan")
	run("one", 0, one, "apply", "-auto-approve")
	run("one that is replaced by hand", 0, one, "plan", "-replace="+address)
	run("one that moves", 0, config(b, enforce, ""), "plan")
	run("a second for what is there", 1, one+second(a, gcp.ModeDisabled), "plan")
	run("an equal one", 0, one+second(a, enforce), "apply", "-auto-approve")
	run("two that are there", 1, one+second(a, enforce), "plan")
	run("three", 1, one+second(a, enforce)+strings.Replace(one, `"it"`, `"third"`, 1), "plan")
}
