package walks

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// interrupted interrupts a command when a method has been called for the first time, and returns how long it took to end.
func interrupted(t *testing.T, g *acctest.Ground, cli *acctest.CLI, method string, args ...string) (out string, took time.Duration) {
	t.Helper()
	cmd := cli.Command(args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); g.Calls(method) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s was never called: %s", method, said.String())
		}
	}
	begun := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // how Terraform exits after an interrupt is its own affair
	return said.String(), time.Since(begun)
}

// Terraform asks for ten resources at a time, and after an interrupt in the plan of an apply for all that are left, too.
func TestAnInterruptEndsThePlanOfAnApply(t *testing.T) {
	t.Parallel()
	acctest.NeedsInterruptedPlans(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	if err := g.Emulator.Inject(fault.Fault{Method: "GetPublicKey", Kind: fault.Hang, Count: fault.Forever}); err != nil {
		t.Fatal(err)
	}
	cli := g.CLI(t, "resource \"binauthz_attestor\" \"it\" {\n  count = 60\n  name = \"a${count.index}\"\n  note = \"n\"\n  public_keys = [{ kms_key_version = \""+version+"\" }]\n}\n")
	if out, took := interrupted(t, g, cli, "GetPublicKey", "apply", "-auto-approve"); took > 10*time.Second || !strings.Contains(out, "nterrupted") {
		t.Errorf("the apply ended %s after the interrupt, and said: %s", took, out)
	}
}

// What an interrupted test has made is destroyed by the same provider process.
func TestAnInterruptedTestCleansUp(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{OperationTime: 500 * time.Millisecond})
	cli := g.CLI(t, variable+attestor+bodies["cluster settings"])
	cli.WriteFile(t, "it.tftest.hcl", "provider \"binauthz\" {}\nrun \"create\" {}\n")
	if out, _ := interrupted(t, g, cli, "GetOperation", "test"); g.Calls("DeleteAttestor") != 1 || g.Calls("UpdateCluster") != 2 {
		t.Errorf("not everything was cleaned up: %s", out)
	}
	nothingIsLeft(t, g)
}
