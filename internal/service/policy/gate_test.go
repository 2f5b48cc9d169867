package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// trial is a project with an attestor and a cluster with evaluation of the project policy.
type trial struct {
	*acctest.Ground
	signer  *signer
	cluster string
}

func newTrial(t *testing.T, o emulator.Options) *trial {
	t.Helper()
	g := acctest.NewEmulated(t, o)
	tr := &trial{Ground: g, signer: newSigner(t, g, "built"), cluster: g.Cluster(t)}
	fatal(t, g.Emulator.GKE().SetBinaryAuthorization(tr.cluster, gcp.ModeProjectPolicy))
	return tr
}

// deploy creates the pods of a Deployment.
func (tr *trial) deploy(t *testing.T, name, image string, replicas int) {
	t.Helper()
	_, err := tr.Emulator.Pods().CreatePods(tr.cluster, []byte(deployment(name, image, replicas)))
	fatal(t, err)
}

func deployment(name, image string, replicas int) string {
	return fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %q, namespace: shop}, spec: {replicas: %d, template: "+
		"{spec: {containers: [{name: main, image: %q}]}}}}",
		name, replicas, image)
}

func (tr *trial) attest(t *testing.T, image string) {
	t.Helper()
	tr.signer.attach(t, tr.Ground, image, tr.signer.sign(t, image))
}

const enforced, tried = "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY"

func requiring(enforcement string) string {
	return strings.Replace(require("built"), enforced, enforcement, 1)
}

func gate(content string) string { return "enforcement_gate = {" + content + "}" }

var (
	goodImage = "us-docker.pkg.dev/demo/app/web" + digest
	badImage  = "us-docker.pkg.dev/demo/app/batch@sha256:" + strings.Repeat("b", 64)
)

// TestTheGateIsClosedByWhatADryRunLetPass: a change to enforcement is refused until the images of
// all pods admitted by the dry run are attested or waived. The error lists these pods.
func TestTheGateIsClosedByWhatADryRunLetPass(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	cli := tr.CLI(t, config(requiring(tried), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "web", goodImage, 3)
	tr.deploy(t, "batch", badImage, 2)

	cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 5")))
	out := cli.Fails(t, "Enforcement would refuse pods that the dry run admitted", "plan")
	acctest.Says(t, out, badImage, "us-central1.prod", "Deployment shop/batch",
		"No attestations found that were valid and signed by a key trusted by the attestor",
		"!Deployment shop/web", "!Too little evidence", "!No dry run")
	tr.Emulator.ResetCalls()
	cli.Fails(t, "Enforcement would refuse pods", "apply", "-auto-approve")
	if n := tr.Calls("UpdatePolicy"); n != 0 {
		t.Errorf("%d writes past a closed gate", n)
	}

	cli.Write(t, config(requiring(enforced), gate(`min_pod_creations = 5, waive = ["us-docker.pkg.dev/demo/app/batch@*"]`)))
	cli.Succeeds(t, "plan")
	cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 5")))
	tr.attest(t, badImage)
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, cli.Succeeds(t, "plan"), "No changes")
}

// TestTheGateWantsEvidence: without pods or without a dry run, a log without refusals proves
// nothing.
func TestTheGateWantsEvidence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after, gate string
		pods                int
		prepare             func(*testing.T, *trial)
		want                []string
	}{
		"too few pods": {
			requiring(tried), requiring(enforced), "min_pod_creations = 5", 4, nil,
			[]string{"Too little evidence", "default_admission_rule: 4 of 5"},
		},
		"the default number": {requiring(tried), requiring(enforced), "", 4, nil, []string{"4 of 50"}},
		"enough pods":        {requiring(tried), requiring(enforced), "min_pod_creations = 4", 4, nil, nil},
		"no pods wanted":     {requiring(tried), requiring(enforced), "min_pod_creations = 0", 0, nil, nil},
		"a cluster that does not evaluate": {
			requiring(tried), requiring(enforced), "min_pod_creations = 1", 4,
			func(t *testing.T, tr *trial) {
				t.Helper()
				fatal(t, tr.Emulator.GKE().SetBinaryAuthorization(tr.cluster, gcp.ModeDisabled))
			},
			[]string{"0 of 1"},
		},
		"everything was admitted": {
			allow, requiring(enforced), "min_pod_creations = 4", 4, nil, []string{"No dry run before enforcement", "admits everything"},
		},
		"another rule was tried": {
			requiring(tried), deny, "min_pod_creations = 4", 4, nil,
			[]string{"was for another rule: REQUIRE_ATTESTATION by projects/demo/attestors/built"},
		},
		"still a dry run":    {requiring(tried), requiring(tried), "", 0, nil, nil},
		"enforced before":    {requiring(enforced), deny, "", 0, nil, nil},
		"nothing is refused": {requiring(tried), allow, "", 0, nil, nil},
		"no log": {requiring(tried), requiring(enforced), "min_pod_creations = 4", 4, func(t *testing.T, tr *trial) {
			t.Helper()
			fatal(t, tr.Emulator.Inject(fault.Fault{Method: "ListLogEntries", Kind: "permission_denied", Count: fault.Forever}))
		}, []string{"Cannot read the evidence", "logging.logEntries.list", "roles/logging.viewer", "stays closed"}},
		"no list of clusters": {requiring(tried), requiring(enforced), "min_pod_creations = 4", 4, func(t *testing.T, tr *trial) {
			t.Helper()
			fatal(t, tr.Emulator.Inject(fault.Fault{Method: "ListClusters", Kind: "permission_denied", Count: fault.Forever}))
		}, []string{"Cannot read the evidence", "container.clusters.list"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, emulator.Options{})
			tr.attest(t, goodImage)
			cli := tr.CLI(t, config(c.before, "acknowledge_lockout = true"))
			cli.Succeeds(t, "apply", "-auto-approve")
			if c.pods > 0 {
				tr.deploy(t, "web", goodImage, c.pods)
			}
			if c.prepare != nil {
				c.prepare(t, tr)
			}
			cli.Write(t, config(c.after, "acknowledge_lockout = true\n"+gate(c.gate)))
			if c.want == nil {
				cli.Succeeds(t, "apply", "-auto-approve")
				return
			}
			acctest.Says(t, cli.Fails(t, c.want[0], "plan"), c.want...)
		})
	}
}

// TestTheGateOfOneRule: enforcement of a dry-run rule for one cluster: by its change, and by its
// removal under an enforced default rule.
func TestTheGateOfOneRule(t *testing.T) {
	t.Parallel()
	const cluster = "us-central1.prod"
	keyed := func(rule string) string { return fmt.Sprintf("cluster_admission_rules = { %q = %s }", cluster, rule) }
	for name, c := range map[string]struct{ after, want string }{
		"changed": {keyed(requiring(enforced)), "cluster_admission_rules[\"us-central1.prod\"]"},
		"removed": {"", "cluster_admission_rules[\"us-central1.prod\"]"},
		"others, enforced": {
			`cluster_admission_rules = { "us-central1.prod" = ` + requiring(tried) + `, "us-east1.new" = ` + requiring(enforced) + " }", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTrial(t, emulator.Options{})
			cli := tr.CLI(t, config(requiring(enforced), keyed(requiring(tried))))
			cli.Succeeds(t, "apply", "-auto-approve")
			tr.deploy(t, "batch", badImage, 2)
			cli.Write(t, config(requiring(enforced), c.after+"\n"+gate("min_pod_creations = 3")))
			if c.want == "" {
				cli.Succeeds(t, "apply", "-auto-approve")
				return
			}
			acctest.Says(t, cli.Fails(t, "Enforcement would refuse", "plan"), badImage, c.want+": 2 of 3")
		})
	}
}

// TestTheApplyLooksAtTheGateAgain: a refusal between plan and apply closes the gate again.
func TestTheApplyLooksAtTheGateAgain(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	tr.attest(t, goodImage)
	cli := tr.CLI(t, config(requiring(tried), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	tr.deploy(t, "web", goodImage, 3)
	cli.Write(t, config(requiring(enforced), gate("min_pod_creations = 3")))
	cli.Succeeds(t, "plan", "-out=saved")
	tr.deploy(t, "batch", badImage, 1)
	cli.Fails(t, badImage, "apply", "saved")
	if got := now(t, tr.Ground).GetDefaultAdmissionRule().GetEnforcementMode().String(); got != tried {
		t.Error(got)
	}
}

// TestTheGateLooksBack: the gate reads the lookback period only.
func TestTheGateLooksBack(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, emulator.Options{})
	cli := tr.CLI(t, config(requiring(tried), ""))
	cli.Succeeds(t, "apply", "-auto-approve")
	_, err := tr.Emulator.Pods().CreatePodsAt(time.Now().Add(-50*time.Hour), tr.cluster, []byte(deployment("batch", badImage, 1)))
	fatal(t, err)
	cli.Write(t, config(requiring(enforced), gate(`min_pod_creations = 0, lookback = "51h"`)))
	cli.Fails(t, badImage, "plan")
	cli.Write(t, config(requiring(enforced), gate(`min_pod_creations = 0, lookback = "49h"`)))
	cli.Succeeds(t, "plan")
	cli.Write(t, config(requiring(enforced), gate(`lookback = "7d"`)))
	acctest.Says(t, cli.Fails(t, "Invalid duration", "validate"), `"7d" is not a duration of at most 400 days`)
	cli.Write(t, config(requiring(enforced), gate(`waive = ["https://gcr.io/x"]`)))
	cli.Fails(t, "Invalid pattern", "validate")
}
