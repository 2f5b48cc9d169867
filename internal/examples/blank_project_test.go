package examples_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	inDemo         = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	passesProject  = "variable \"project\" {\n  default = \"\"\n}\n"
	projectOfOwner = "  project = var.project == \"null\" ? null : var.project\n"
)

// beginning matches the first line of each resource with a project attribute.
var beginning = regexp.MustCompile(`resource "binauthz_(note|attestor|attestation|policy|policy_rule|policy_allowlist_pattern)" ` +
	`"[a-z]+" \{\n`)

// TestABlankProjectIsTheProviders: an empty or null project means the project of the provider.
// Modules often pass a variable with an empty default.
func TestABlankProjectIsTheProviders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a whole note", "keys of all kinds", "an attestation by Cloud KMS", "a policy with everything",
		"the rule of a cluster", "a pattern",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, c := acctest.NewEmulated(t, emulator.Options{}), generated(t)[name]
			body := passesProject + beginning.ReplaceAllString(c.makes, "$0"+projectOfOwner)
			cli := g.CLI(t, inDemo+body+"output \"id\" {\n  value = "+c.address+".id\n}\n")
			cli.Succeeds(t, "apply", "-auto-approve")
			id := strings.TrimSpace(cli.Succeeds(t, "output", "-raw", "id"))
			if !strings.HasPrefix(id, "projects/demo/") {
				t.Fatalf("the id is %q", id)
			}
			for _, project := range []string{"", "null"} {
				acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode", "-var=project="+project), "No changes")
			}
			before := g.Emulator.Calls()
			for _, project := range []string{"demo", "null", ""} {
				acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve", "-var=project="+project), " 0 destroyed")
				g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode", "-var=project="+project)
			}
			for method, n := range g.Emulator.Calls() {
				if n != before[method] && !strings.Contains(method, "/Get") && !strings.Contains(method, "/List") {
					t.Errorf("%s was called although only the project's spelling changed", method)
				}
			}
			cli.Succeeds(t, "state", "rm", c.address)
			cli.Write(t, inDemo+body+fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", c.address, id))
			acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
			acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode"), "No changes")
			cli.Write(t, strings.Replace(inDemo, "demo", "other", 1)+body)
			out, _ := g.Fresh(t, cli).Run(t, "plan")
			acctest.Says(t, out, "must be replaced")
			cli.Write(t, inDemo+body)
			g.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
		})
	}
}

// TestABlankProjectIsRead passes an empty project to every data source with a project attribute.
func TestABlankProjectIsRead(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	held := fmt.Sprintf(ciByKeys, fmt.Sprintf("public_keys = [{ kms_key_version = %q }]", heldKey))
	var body strings.Builder
	for kind, attributes := range map[string]string{
		"attestor": "name = \"ci\"", "attestors": "", "policy": "", "clusters": "", "admission": fmt.Sprintf("image = %q", anImage),
		"attestations": fmt.Sprintf("image = %q", anImage),
	} {
		fmt.Fprintf(&body, "data \"binauthz_%s\" \"it\" {\n  project = var.project\n  %s\n  depends_on = [binauthz_attestor.ci]\n}\n", kind,
			attributes)
	}
	body.WriteString("output \"notes\" {\n  value = data.binauthz_attestors.it.attestors[*].note\n}\n")
	cli := g.CLI(t, inDemo+passesProject+held+body.String())
	acctest.Says(t, cli.Succeeds(t, "apply", "-auto-approve"), "projects/demo/notes/ci")
	g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
}
