package policy_test

import (
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestPolicyAbsentAndEmpty: the API treats absent and empty alike, and so does a plan: after an
// import, after a create, and for a change from one to the other.
func TestPolicyAbsentAndEmpty(t *testing.T) {
	t.Parallel()
	const empty = "description = \"\"\nadmission_whitelist_patterns = []\ncluster_admission_rules = " +
		"{}\nistio_service_identity_admission_rules = {}"
	const full = "description = \"x\"\nadmission_whitelist_patterns = [\"gcr.io/acme/*\"]\ncluster_admission_rules = { " +
		"\"us-central1.a\" = " + dryRun + " }"
	none := []string{"plan", "-detailed-exitcode"}
	g := acctest.NewEmulated(t, emulator.Options{})
	imported := g.CLI(t, config(allow, empty)+"import {\n  to = binauthz_policy.it\n  id = \"projects/demo/policy\"\n}\n")
	says(t, imported, aPlan, true, "1 to import, 0 to add, 0 to change, 0 to destroy")
	cli := g.CLI(t, config(deny, ""))
	says(t, cli, anApply, true)
	says(t, g.Fresh(t, cli), none, true)
	cli.Write(t, config(deny, empty))
	says(t, g.Fresh(t, cli), none, true)
	for _, change := range []string{full, "", full, empty} {
		cli.Write(t, config(deny, change))
		says(t, g.Fresh(t, cli), anApply, true, "1 changed")
		says(t, g.Fresh(t, cli), none, true)
	}
	if p := now(t, g); p.GetDescription() != "" || len(p.GetAdmissionWhitelistPatterns()) > 0 || len(p.GetClusterAdmissionRules()) > 0 {
		t.Errorf("the policy is %v", p)
	}
}
