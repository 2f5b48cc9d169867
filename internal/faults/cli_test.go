package faults_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// The same life with a real Terraform: exit codes, output, and the state as `terraform show -json`
// tells it.
func TestTerraform(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{
		"lost replies": {
			"CreateNote=after:unavailable", "CreateAttestor=after:reset", "UpdateCluster=after:unavailable", "UpdateAttestor=after:reset",
			"DeleteNote=after:unavailable",
		},
		"refusals": {
			"CreateAttestor=resource_exhausted,count=3", "UpdateCluster=deadline_exceeded", "UpdateNote=internal", "DeleteAttestor=reset",
			"GetPublicKey=unavailable,count=2",
		},
		"reads": {
			"GetNote=reset", "ListAttestors=unavailable,count=3", "GetCluster=deadline_exceeded", "GetOperation=internal",
			"ListClusters=permission_denied,count=forever",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Options{})
			cli := w.CLI(t, "")
			for _, p := range life {
				for _, text := range texts {
					w.inject(t, parse(t, text))
				}
				cli = w.Fresh(t, cli)
				cli.Write(t, hcl(p.config))
				runTerraform(t, cli, p)
				w.verify(t, shown(t, cli))
			}
			tally.add(func(c *counts) { c.scenarios, c.struck = c.scenarios+1, c.struck+w.struck() })
		})
	}
}

func runTerraform(t *testing.T, cli *acctest.CLI, p phase) {
	t.Helper()
	args := []string{"apply", "-auto-approve"}
	if p.settled {
		args = []string{"plan", "-detailed-exitcode"}
	}
	out, code := cli.Run(t, args...)
	if code != 0 {
		t.Fatalf("%s: exit code %d: %s", p.name, code, out)
	}
	if strings.Contains(out, "panic") || strings.Contains(out, "goroutine ") {
		tally.add(func(c *counts) { c.panics++ })
		t.Fatalf("%s: %s", p.name, out)
	}
}

// shown is the state as Terraform shows it, by address.
func shown(t *testing.T, cli *acctest.CLI) map[string]map[string]any {
	t.Helper()
	out, code := cli.Run(t, "show", "-json")
	var s struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string
					Tainted bool
					Values  map[string]any
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != 0 {
		t.Fatalf("show: exit code %d: %v: %s", code, err, out)
	}
	all := map[string]map[string]any{}
	for _, r := range s.Values.RootModule.Resources {
		if r.Tainted {
			t.Errorf("%s is tainted", r.Address)
		}
		all[r.Address] = relevant(r.Values)
	}
	return all
}

// hcl is a configuration as HCL. JSON is valid HCL for values.
func hcl(config []object) string {
	var b strings.Builder
	before := func(stage int) (addresses []string) {
		for _, o := range config {
			if o.stage < stage {
				addresses = append(addresses, o.address())
			}
		}
		return addresses
	}
	for _, o := range config {
		fmt.Fprintf(&b, "resource %q %q {\n", o.kind, o.name)
		for _, name := range slices.Sorted(maps.Keys(o.attributes)) {
			text, _ := json.Marshal(o.attributes[name])
			fmt.Fprintf(&b, "  %s = %s\n", name, text)
		}
		if o.stage > 0 {
			fmt.Fprintf(&b, "  depends_on = [%s]\n", strings.Join(before(o.stage), ", "))
		}
		b.WriteString("}\n")
	}
	return b.String()
}
