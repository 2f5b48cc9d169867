package acctest

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

var (
	release = regexp.MustCompile(`^Terraform v1\.(\d+)\.`)
	product = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)$`)
)

// firstWithActions is the first minor release of Terraform 1 with actions and queries.
const firstWithActions = 14

// NeedsActions skips a test if the CLI has no actions.
func NeedsActions(t *testing.T) {
	t.Helper()
	needs(t, "actions")
}

// NeedsQueries skips a test if the CLI has no queries.
func NeedsQueries(t *testing.T) {
	t.Helper()
	needs(t, "queries")
}

// needs skips a test of features from Terraform 1.14.
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

// NeedsInterruptedPlans skips a test if the CLI does not tell the provider about an interrupt
// during the plan of an apply, such as OpenTofu.
func NeedsInterruptedPlans(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu does not tell the provider about an interrupt during the plan of an apply")
	}
}

// NeedsGenerator skips a test if the CLI cannot read its own generated configurations for imports.
// OpenTofu's generator is experimental: it leaves keys of maps unquoted, and leaves out all
// attributes called id, also within other attributes.
func NeedsGenerator(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu's generator of configurations is experimental, and writes invalid HCL for maps")
	}
}

// NeedsOrderOfOrphans skips a test if the CLI plans removed resources in any order. Terraform plans
// dependents first; OpenTofu 1.12 does not.
func NeedsOrderOfOrphans(t *testing.T) {
	t.Helper()
	if release.Find(versionOf(t)) == nil {
		t.Skip("OpenTofu plans removed resources in any order: a pattern can be judged before the removal of its rule is known")
	}
}

// Name is the CLI under test with its release, such as "OpenTofu 1.12.6".
func Name(t *testing.T) string {
	t.Helper()
	out := versionOf(t)
	found := product.FindSubmatch(out)
	if found == nil {
		t.Fatalf("the CLI under test does not say its release: %s", out)
	}
	return string(found[1]) + " " + string(found[2])
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
