package policy_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func TestCasesTry(t *testing.T) {
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, config(deny, "")+`
locals { 
p = binauthz_policy.it 
}
data "binauthz_admission_cases" "it" {
  policy = local.p
  cases = [{ image = "gcr.io/a/b", expect = "ADMIT", name = "x" }, { image = "gcr.io/a/b", expect = "DENY", name = "x" }]
}
`)
	out, code := cli.Run(t, "plan")
	t.Log(code, out)
	cli = g.CLI(t, config(deny, "")+`
check "x" {
data "binauthz_admission_cases" "it" {
  policy = binauthz_policy.it
  cases = [{ image = "gcr.io/a/b", expect = "ADMIT", name = "x" }, { image = "gcr.io/a/b", expect = "DENY", name = "x" }]
}
assert {
  condition = data.binauthz_admission_cases.it.passed
  error_message = "no"
}
}
`)
	out, code = cli.Run(t, "plan")
	t.Log(code, out)
	cli.WriteFile(t, "it.tftest.hcl", `
provider "binauthz" {}
run "plan" { 
command = plan 
}
`)
	out, code = cli.Run(t, "test")
	t.Log(code, out)
}
