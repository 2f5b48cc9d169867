package iam_test

import (
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestShapesOfConfigurations applies common ways to grant roles, plans again without a change, and
// destroys: for_each over products, counts, values known after apply, null and empty inputs of
// modules, another project, a policy composed of parts.
func TestShapesOfConfigurations(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, acctest.HCL(t, "testdata/grants_of_every_shape.tf", nil))
	cli.Succeeds(t, "apply", "-auto-approve")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode", "-refresh=false")
	out := g.Fresh(t, cli).Succeeds(t, "plan", "-replace=terraform_data.account")
	if !strings.Contains(out, "binauthz_attestor_iam_member.known_later must be replaced") {
		t.Errorf("a member that is not known is not replaced\n%s", out)
	}
	g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-replace=terraform_data.account")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
}

// TestTerraformTest: in terraform test, all runs and the final destroy share one provider process.
func TestTerraformTest(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, acctest.HCL(t, "testdata/members_of_a_binding.tf", nil))
	cli.WriteFile(t, "it.tftest.hcl", acctest.HCL(t, "testdata/members_of_a_binding.tftest.hcl", nil))
	for range 2 { // what the first has left would be found by the second
		out := cli.Succeeds(t, "test")
		acctest.Says(t, out, "3 passed, 0 failed")
		if strings.Contains(out, "Warning") {
			t.Error(out)
		}
	}
}
