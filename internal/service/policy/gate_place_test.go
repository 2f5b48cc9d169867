package policy_test

import (
	"fmt"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestTheGateReadsThePodsOfEveryScope: the gate reads only the entries of the pods in the scope of
// its rule, and all of them.
func TestTheGateReadsThePodsOfEveryScope(t *testing.T) {
	t.Parallel()
	for field, key := range map[string]string{
		"cluster_admission_rules":                    "us-central1.prod",
		"kubernetes_namespace_admission_rules":       "shop",
		"kubernetes_service_account_admission_rules": "shop:default",
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, emulator.Options{})
			tr.attest(t, goodImage)
			keyed := func(rule string) string { return fmt.Sprintf("%s = { %q = %s }\n", field, key, rule) }
			cli := tr.CLI(t, config(allow, keyed(requiring(tried))))
			cli.Succeeds(t, "apply", "-auto-approve")
			tr.deploy(t, "web", goodImage, 2)
			cli.Write(t, config(allow, keyed(requiring(enforced))+gate("min_pod_creations = 3")))
			acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), fmt.Sprintf("%s[%q]: 2 of 3", field, key))
			tr.deploy(t, "batch", badImage, 1)
			acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "plan"), badImage, "!Too little evidence")
			tr.attest(t, badImage)
			cli.Succeeds(t, "apply", "-auto-approve")
		})
	}
}
