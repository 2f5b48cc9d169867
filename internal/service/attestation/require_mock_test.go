package attestation_test

import (
	"fmt"
	"testing"
)

// TestRequireOfAMock: with the mock provider of terraform test, require is valid and makes no
// calls.
func TestRequireOfAMock(t *testing.T) {
	t.Parallel()
	i := newInspected(t)
	cli := i.CLI(t, i.requiring(and(limited("LOW", "LOW", `allowed_cves = ["CVE-2026-1"]`), ruled(byCloudBuild+"\n"+fromAcme)),
		"timeouts {\n    create = \"1m\"\n  }"))
	cli.WriteFile(t, "it.tftest.hcl", fmt.Sprintf(`
mock_provider "binauthz" {}

run "mocked" {
  assert {
    condition     = %[1]s.require.vulnerability.maximum_fixable_severity == "LOW" && %[1]s.require.slsa.rules[0].custom_constraints == null
    error_message = "require is not what is written"
  }
}
`, it))
	before := i.AllCalls()
	expectWords(t, runs(t, cli, 0, "test"), "1 passed, 0 failed")
	if n := i.AllCalls() - before; n > 0 {
		t.Errorf("%d calls", n)
	}
}
