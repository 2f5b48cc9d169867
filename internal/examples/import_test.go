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

// namedByService are kinds whose objects have names that the service chooses: those in their examples are only of the right form.
var namedByService = map[string]*regexp.Regexp{"binauthz_attestation": regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)}

// TestImportsOfObjectsThatTheServiceNames applies such an example, and takes its objects over in all the ways that its page shows,
// with the names that they got.
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
				if out := cli.Succeeds(t, "apply", "-auto-approve"); !strings.Contains(out, fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(commands))) {
					t.Errorf("%s: %s", block, out)
				}
			}
			cli.Succeeds(t, "destroy", "-auto-approve")
		})
	}
}
