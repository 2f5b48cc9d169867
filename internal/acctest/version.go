package acctest

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

var release = regexp.MustCompile(`^Terraform v1\.(\d+)\.`)

// firstWithActions is the minor release of Terraform 1 that brought actions.
const firstWithActions = 14

// NeedsActions skips a test where the CLI has no actions.
func NeedsActions(t *testing.T) {
	t.Helper()
	cli := exec.CommandContext(context.Background(), cliPath(), "version") //nolint:gosec // a test runs the Terraform it was told to
	cli.Env = append(cli.Environ(), "CHECKPOINT_DISABLE=1")
	out, err := cli.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := release.FindSubmatch(out)
	if found == nil {
		t.Skip("OpenTofu has no actions")
	}
	if minor, err := strconv.Atoi(string(found[1])); err != nil || minor < firstWithActions {
		t.Skip("actions came with Terraform 1.14")
	}
}
