package policy_test

import (
	"fmt"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestTheApplyOfADestroyLooksAtTheGateAgain: a refusal between the plan of a destroy and its apply
// closes the gate of the whole policy again.
func TestTheApplyOfADestroyLooksAtTheGateAgain(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	edit(t, tr.Ground, func(p *gcp.Policy) {
		p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION
		p.DefaultAdmissionRule.RequireAttestationsBy = []string{"projects/demo/attestors/built"}
	})
	cli := tr.CLI(t, config(requiring(tried), "adopt_existing = true\n"+gate("min_pod_creations = 0")))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Succeeds(t, "plan", "-destroy", "-out=saved")
	tr.deploy(t, "batch", badImage, 2)
	tr.Emulator.ResetCalls()
	acctest.Says(t, cli.Fails(t, "Enforcement would refuse pods", "apply", "saved"), badImage, "nothing was written")
	if n := tr.Calls("UpdatePolicy"); n != 0 {
		t.Errorf("%d writes past a closed gate", n)
	}
	tr.attest(t, badImage)
	cli.Succeeds(t, "destroy", "-auto-approve")
	if got := now(t, tr.Ground).GetDefaultAdmissionRule().GetEnforcementMode().String(); got != enforced {
		t.Error(got)
	}
}

// otherCluster is a second cluster.
const otherCluster = "projects/demo/locations/us-east1/clusters/other"

func newTrialOfTwo(t *testing.T) *trial {
	t.Helper()
	tr := newTrial(t, emulator.Options{Clusters: []string{"projects/demo/locations/us-central1/clusters/prod", otherCluster}})
	fatal(t, tr.Emulator.GKE().SetBinaryAuthorization(otherCluster, gcp.ModeProjectPolicy))
	tr.attest(t, goodImage)
	return tr
}

// TestTheGateCountsOnlyPodsOfTheDryRun: if the dry-run rule of a cluster is removed under an
// enforced default rule, pods already under the default rule do not count.
func TestTheGateCountsOnlyPodsOfTheDryRun(t *testing.T) {
	t.Parallel()
	const path = `cluster_admission_rules["us-central1.prod"]: %d of 3`
	t.Run("the whole policy", func(t *testing.T) {
		t.Parallel()
		tr := newTrialOfTwo(t)
		keyed := fmt.Sprintf("cluster_admission_rules = { %q = %s }", "us-central1.prod", requiring(tried))
		cli := tr.CLI(t, config(requiring(enforced), keyed))
		cli.Succeeds(t, "apply", "-auto-approve")
		_, err := tr.Emulator.Pods().CreatePods(otherCluster, []byte(deployment("web", goodImage, 3)))
		fatal(t, err)
		tr.deploy(t, "web", goodImage, 1)
		cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 3")))
		acctest.Says(t, cli.Fails(t, "Too little evidence", "plan"), fmt.Sprintf(path, 1))
		tr.deploy(t, "web", goodImage, 2)
		cli.Succeeds(t, "apply", "-auto-approve")
	})
	t.Run("one rule", func(t *testing.T) {
		t.Parallel()
		tr := newTrialOfTwo(t)
		edit(t, tr.Ground, func(p *gcp.Policy) {
			p.DefaultAdmissionRule.EvaluationMode = binaryauthorizationpb.AdmissionRule_REQUIRE_ATTESTATION
			p.DefaultAdmissionRule.RequireAttestationsBy = []string{"projects/demo/attestors/built"}
		})
		cli := tr.CLI(t, ruleConfig(`cluster = "us-central1.prod"`, requiring(tried), gate("min_pod_creations = 3")))
		cli.Succeeds(t, "apply", "-auto-approve")
		_, err := tr.Emulator.Pods().CreatePods(otherCluster, []byte(deployment("web", goodImage, 3)))
		fatal(t, err)
		acctest.Says(t, cli.Fails(t, "Too little evidence", "destroy", "-auto-approve"), fmt.Sprintf(path, 0))
		tr.deploy(t, "web", goodImage, 3)
		cli.Succeeds(t, "destroy", "-auto-approve")
	})
}

// TestTheGateNeedsNoPodsOfAClusterThatIsGone: a deleted cluster creates no pods, so the removal of
// its rule needs none.
func TestTheGateNeedsNoPodsOfAClusterThatIsGone(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	cli := tr.CLI(t, config(requiring(enforced), fmt.Sprintf("cluster_admission_rules = { %q = %s }", "us-east1.gone", requiring(tried))))
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 3")))
	cli.Succeeds(t, "apply", "-auto-approve")
}

// TestTheGateNeedsTheSystemPolicy: GKE's own pods are exempt by Google's system policy. If it
// cannot be read, they do not open the gate.
func TestTheGateNeedsTheSystemPolicy(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	cli := tr.CLI(t, config(requiring(tried), `global_policy_evaluation_mode = "ENABLE"`))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "calico", "gke.gcr.io/calico/node:v3.28", 3)
	fatal(t, tr.Emulator.Inject(fault.Fault{Method: "GetSystemPolicy", Kind: "permission_denied", Count: fault.Forever}))
	cli.Write(t, config(requiring(enforced), `global_policy_evaluation_mode = "ENABLE"`+"\n"+gate("min_pod_creations = 3")))
	acctest.Says(t, cli.Fails(t, "Cannot read the evidence", "plan"), "GetSystemPolicy", "locations/us-central1/policy")
}
