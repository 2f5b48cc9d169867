package cluster_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// plain is what a command prints, on one line.
func plain(out string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(out, "│", " ")), " ")
}

// Without a moved block, the destroy would switch off what the create has set.
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
	if out := run(false, "plan"); !strings.Contains(out, "Error: Resource was renamed without a moved block") || !strings.Contains(out, "from = binauthz_cluster_settings.OLD") {
		t.Error(out)
	}
	cli.Write(t, renamed+"moved {\n  from = binauthz_cluster_settings.it\n  to = binauthz_cluster_settings.other\n}\n")
	run(true, "apply", "-auto-approve")
	run(true, "destroy", "-auto-approve")
}

// A replacement that is created first is not switched off by the destroy of the old one.
func TestClusterSettingsReplacedCreateFirst(t *testing.T) {
	t.Parallel()
	const a = "projects/demo/locations/us-central1/clusters/a"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{a}})
	cli := g.CLI(t, config(a, enforce, "lifecycle {\n    create_before_destroy = true\n  }"))
	for _, args := range [][]string{{"apply", "-auto-approve"}, {"plan", "-out=it.tfplan", "-replace=" + address}, {"apply", "it.tfplan"}, {"plan", "-detailed-exitcode"}} {
		out, code := g.Fresh(t, cli).Run(t, args...)
		if code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, out)
		}
		if told := strings.Contains(plain(out), "Warning: Restore is lost"); told != (args[len(args)-1] == "it.tfplan") {
			t.Errorf("%v: told %t: %s", args, told, out)
		}
	}
	if mode := modeOf(t, g, a); mode != enforce {
		t.Errorf("the cluster evaluates %s", mode)
	}
}
