package moved

import (
	"os"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestTheProjectOfAPeer creates the project with an executable of hashicorp/google, named by PEER,
// and moves it with the same executable installed.
func TestTheProjectOfAPeer(t *testing.T) {
	t.Parallel()
	executable := os.Getenv("PEER")
	if executable == "" {
		t.Skip("PEER does not name an executable of hashicorp/google")
	}
	w := &world{Ground: acctest.NewEmulated(t, emulator.Options{})}
	cli := w.PeerCLI(t, located(t, acctest.HCL(t, "testdata/project_of_the_peer.tf", nil)), executable)
	cli.Succeeds(t, "apply", "-auto-approve")
	before := w.writes()
	cli.Write(t, located(t, acctest.HCL(t, "testdata/project_of_the_peer_moved.tf", nil)))
	out := w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve")
	if acctest.Says(t, out, nothingToDo); strings.Count(out, " has moved to ") != 2*fleetSize+2 {
		t.Error(out)
	}
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes: %v", n, w.Emulator.Calls())
	}
}
