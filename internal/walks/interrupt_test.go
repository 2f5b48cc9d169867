package walks

import (
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestAnInterruptEndsThePlanOfAnApply: Terraform requests ten resources at a time. After an
// interrupt during the plan of an apply, it requests all remaining ones too.
func TestAnInterruptEndsThePlanOfAnApply(t *testing.T) {
	t.Parallel()
	acctest.NeedsInterruptedPlans(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	if err := g.Emulator.Inject(fault.Fault{Method: "GetPublicKey", Kind: fault.Hang, Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	cli := g.CLI(t, "resource \"binauthz_attestor\" \"it\" {\n  count = 60\n  name = \"a${count.index}\"\n  note = \"n\"\n  "+
		"public_keys = [{ kms_key_version = \""+version+"\" }]\n}\n")
	if out, took := g.Interrupt(t, cli, "GetPublicKey", "apply", "-auto-approve"); took > 10*time.Second ||
		!strings.Contains(out, "nterrupted") {
		t.Errorf("the apply ended %s after the interrupt, and said: %s", took, out)
	}
}

// TestAnInterruptedTestCleansUp: Terraform does not tell the provider about the first interrupt of a
// test, and the same process destroys the objects.
func TestAnInterruptedTestCleansUp(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: 500 * time.Millisecond})
	cli := g.CLI(t, attestor+update(t, "cluster settings"))
	cli.WriteFile(t, "it.tftest.hcl", "provider \"binauthz\" {}\nrun \"create\" {}\n")
	if out, _ := g.Interrupt(t, cli, "GetOperation", "test"); g.Calls("DeleteAttestor") != 1 || g.Calls("UpdateCluster") != 2 {
		t.Errorf("not everything was cleaned up: %s", out)
	}
	nothingIsLeft(t, g)
}
