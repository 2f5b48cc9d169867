package acctest

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

var release = regexp.MustCompile(`^Terraform v1\.(\d+)\.`)

// firstWithActions is the minor release of Terraform 1 that brought actions, and queries.
const firstWithActions = 14

// NeedsActions skips a test where the CLI has no actions.
func NeedsActions(t *testing.T) {
	t.Helper()
	needs(t, "actions")
}

// NeedsQueries skips a test where the CLI has no queries.
func NeedsQueries(t *testing.T) {
	t.Helper()
	needs(t, "queries")
}

// needs skips a test of what came with Terraform 1.14.
func needs(t *testing.T, what string) {
	t.Helper()
	found := release.FindSubmatch(versionOf(t))
	if found == nil {
		t.Skip("OpenTofu has no " + what)
	}
	if minor, err := strconv.Atoi(string(found[1])); err != nil || minor < firstWithActions {
		t.Skip(what + " came with Terraform 1.14")
	}
}

// NeedsInterruptedPlans skips a test where the CLI tells a provider nothing of an interrupt while an apply makes its plan, as OpenTofu.
func NeedsInterruptedPlans(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu tells no provider of an interrupt while an apply makes its plan")
	}
}

// NeedsGenerator skips a test where the CLI does not write configurations for imports that it can read itself: OpenTofu's generator, which
// is experimental, leaves keys of maps unquoted, and leaves out what is called id, also within other attributes, such as the id of a key.
func NeedsGenerator(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu's generator of configurations is experimental, and what it writes for maps is no HCL")
	}
}

// NeedsOrderOfOrphans skips a test where the CLI plans what has left the configuration in any order. Terraform plans what depends on an
// object before the object; OpenTofu 1.12 does not.
func NeedsOrderOfOrphans(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu plans what has left the configuration in any order: a pattern can be judged before the rule that needs it is known to go")
	}
}

func versionOf(t *testing.T) []byte {
	t.Helper()
	cli := exec.CommandContext(context.Background(), cliPath(), "version") //nolint:gosec // a test runs the Terraform it was told to
	cli.Env = append(cli.Environ(), "CHECKPOINT_DISABLE=1")
	out, err := cli.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
