package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// namedByService are the kinds with object names chosen by the service. The names in their examples
// are placeholders of the right form.
var namedByService = map[string]*regexp.Regexp{"binauthz_attestation": regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)}

// TestImportsOfObjectsThatTheServiceNames applies the example of such a kind and imports its
// objects in every way documented on the page, by the names from the service.
func TestImportsOfObjectsThatTheServiceNames(t *testing.T) {
	t.Parallel()
	for kind, form := range namedByService {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			e, g := example{kind: kind}, acctest.NewEmulated(t, emulator.Options{})
			whole := e.files(t)["resource.tf"]
			for name, content := range assets(t, "examples/resources/"+kind) {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				whole = strings.ReplaceAll(whole, fmt.Sprintf("%q", name), fmt.Sprintf("%q", path))
			}
			cli := g.CLI(t, whole)
			cli.Succeeds(t, "apply", "-auto-approve")
			commands := e.commands(t)
			for address, id := range commands {
				now := form.FindString(cli.Succeeds(t, "state", "show", address))
				commands[address] = strings.Replace(id, form.FindString(id), now, 1)
			}
			for address, id := range commands {
				cli.Succeeds(t, "state", "rm", address)
				cli.Succeeds(t, "import", address, id)
				cli.Succeeds(t, "plan", "-detailed-exitcode")
			}
			for _, block := range []string{"import-by-string-id.tf", "import-by-identity.tf"} {
				text := e.read(t, block)
				for address, id := range commands {
					text = strings.ReplaceAll(text, form.FindString(e.commands(t)[address]), form.FindString(id))
					cli.Succeeds(t, "state", "rm", address)
				}
				cli.Write(t, whole+text)
				imported := fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(commands))
				if out := cli.Succeeds(t, "apply", "-auto-approve"); !strings.Contains(out, imported) {
					t.Errorf("%s: %s", block, out)
				}
			}
			cli.Succeeds(t, "destroy", "-auto-approve")
		})
	}
}
