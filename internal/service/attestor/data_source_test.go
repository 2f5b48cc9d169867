package attestor_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestAttestorDataSources(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.NewEmulated(t, emulator.Options{}))
	const one, all = "data.binauthz_attestor.one", "data.binauthz_attestors.all"
	w.Run(t, resource.TestStep{
		Config: w.config(keys(pkix(t, "p256.pem", "ECDSA_P256_SHA256", `comment = "x"`), pgp(t, "pgp_rsa.asc"),
			kms(w.KMSKeyVersion(t), ""))) + `
data "binauthz_attestor" "one" { name = binauthz_attestor.it.id }
data "binauthz_attestors" "all" { depends_on = [binauthz_attestor.it] }
`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.CompareValuePairs(one, tfjsonpath.New("id"), address, tfjsonpath.New("id"), compare.ValuesSame()),
			statecheck.CompareValuePairs(one, tfjsonpath.New("public_keys"), address, tfjsonpath.New("public_keys"), compare.ValuesSame()),
			statecheck.CompareValuePairs(one, tfjsonpath.New("note"), address, tfjsonpath.New("note"), compare.ValuesSame()),
			statecheck.ExpectKnownValue(all, tfjsonpath.New("attestors"), knownvalue.ListSizeExact(1)),
			statecheck.CompareValuePairs(all, tfjsonpath.New("attestors").AtSliceIndex(0).AtMapKey("public_keys"), address,
				tfjsonpath.New("public_keys"), compare.ValuesSame()),
		},
	})
}

func TestAttestorDataSourceThatFindsNothing(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for config, want := range map[string]string{
		`data "binauthz_attestor" "x" { name = "none" }`: `(?s)Cannot read attestor.*not found \(GetAttestor\)`,
		`data "binauthz_attestor" "x" {
		  name    = "projects/p/attestors/a"
		  project = "q"
		}`: `(?s)Cannot read attestor.*project is "q", but name says`,
		`data "binauthz_kms_key_version" "x" { name = "projects/p" }`: `(?s)Cannot read kms key version.*is not the name of a Cloud ` +
			`KMS key\s+version`,
	} {
		g.Run(t, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(want)})
	}
}

// TestAttestorsOfAFullProject: a plan reads all attestors of a project with one get and one list.
func TestAttestorsOfAFullProject(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, fmt.Sprintf(`
resource "binauthz_attestor" "all" {
  count = 200
  name  = "a${count.index}"
  note  = "n"
  public_keys = [{ pkix = { public_key_pem = %q, signature_algorithm = "ECDSA_P256_SHA256" } }]
}
`, known(t, "p256.pem")))
	if out, code := cli.Run(t, "apply", "-auto-approve"); code != 0 {
		t.Fatal(out)
	}
	again := g.Fresh(t, cli)
	g.Emulator.ResetCalls()
	if out, code := again.Run(t, "plan", "-detailed-exitcode"); code != 0 {
		t.Fatalf("the second plan is not empty (%d): %s", code, out)
	}
	if n := g.AllCalls(); n > 3 {
		t.Errorf("a plan of 200 attestors made %d calls: %v", n, g.Emulator.Calls())
	}
}
