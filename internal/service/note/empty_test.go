package note_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestNoteImportOfAbsentAndEmpty: the import of a note without texts, links or relations has no
// changes, with empty attributes in the configuration and without them.
func TestNoteImportOfAbsentAndEmpty(t *testing.T) {
	t.Parallel()
	const provider = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	for name, bodies := range map[string][2]string{
		"nothing": {
			`human_readable_name = "x"`,
			"human_readable_name = \"x\"\nshort_description = \"\"\nlong_description = \"\"\nrelated_url = []\nrelated_note_names = []",
		},
		"a link": {
			"human_readable_name = \"x\"\nrelated_url = [{ url = \"https://example.com\" }]",
			"human_readable_name = \"x\"\nrelated_url = [{ url = \"https://example.com\", label = \"\" }]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			run := func(cli *acctest.CLI, want string, args ...string) {
				t.Helper()
				if said, code := g.Fresh(t, cli).Run(t, args...); code != 0 || !strings.Contains(said, want) {
					t.Fatalf("%v: %d, want %q\n%s", args, code, want, said)
				}
			}
			run(g.CLI(t, provider+config("n", bodies[0])), "1 added", "apply", "-auto-approve")
			imports := provider + fmt.Sprintf("import {\n  to = %s\n  id = \"n\"\n}\n", address)
			for i, body := range bodies {
				cli := g.CLI(t, imports+config("n", body))
				run(cli, "1 imported, 0 added, 0 changed, 0 destroyed", "apply", "-auto-approve")
				cli.Write(t, imports+config("n", bodies[1-i]))
				run(cli, "No changes", "plan", "-detailed-exitcode")
			}
			if n := g.Calls("UpdateNote"); n != 0 {
				t.Errorf("%d updates were sent", n)
			}
		})
	}
}
