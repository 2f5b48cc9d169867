package moved

import (
	"context"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

var apply = []string{"apply", "-auto-approve", "-refresh=false"}

// TestAMoveWithoutARefresh writes nothing, replaces no object, and the next plan is empty. Without
// a refresh, only the configuration tells the attestor of an attestation.
func TestAMoveWithoutARefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.writes()
	cli := w.cli(t, objects(t)+twice)
	acctest.Says(t, cli.Succeeds(t, "plan", "-refresh=false"), "Plan: 0 to add, 2 to change, 0 to destroy.")
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, apply...), "0 added, 2 changed, 0 destroyed")
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode", "-refresh=false")
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "0 added, 0 changed, 0 destroyed")
	w.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes: %v", n, w.Emulator.Calls())
	}
}

// policyConfig is the policy without the other objects.
func policyConfig(t *testing.T) string {
	t.Helper()
	return strings.ReplaceAll(projectPolicy(t), "binauthz_attestor.built.id", `"projects/demo/attestors/built"`)
}

func (w *world) policy(t *testing.T) *gcp.Policy {
	t.Helper()
	p, err := w.Clients.FreshPolicy(context.Background(), w.Project)
	fine(t, err)
	return p
}

// editPolicy changes the policy outside Terraform.
func (w *world) editPolicy(t *testing.T, change func(*gcp.Policy)) {
	t.Helper()
	_, err := w.Clients.EditPolicy(context.Background(), w.Project, gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
		change(p)
		return nil
	}})
	fine(t, err)
}

// TestAPolicyThatWasNotReadIsNotWrittenOver: the state of hashicorp/google has no etag, so an
// update without a refresh reads the policy before the write.
func TestAPolicyThatWasNotReadIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editPolicy(t, func(p *gcp.Policy) { p.Description = "Somebody else's" })
	cli := w.cli(t, strings.Replace(policyConfig(t), "What may run", "What is allowed", 1),
		only("google_binary_authorization_policy", "policy"))
	before := w.writes()
	acctest.Says(t, ends(t, cli, 1, apply...), "Cannot update policy", `description is now "Somebody else's"`, "nothing was written")
	if n := w.writes() - before; n != 0 || w.policy(t).GetDescription() != "Somebody else's" {
		t.Errorf("%d writes, %v", n, w.policy(t))
	}
	w.editPolicy(t, func(p *gcp.Policy) { p.Description = "What may run" })
	was := w.policy(t)
	acctest.Says(t, w.Fresh(t, cli).Succeeds(t, apply...), "1 changed")
	if got := w.policy(t).GetDescription(); got != "What is allowed" {
		t.Error(got)
	}
	w.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
	if now := w.policy(t); !projectpolicy.Same(now, was) {
		t.Errorf("a destroy did not go back: %v", now)
	}
}

// TestADestroyOfAPolicyThatWasNotRead: like a destroy after an import, it leaves the policy
// unchanged. A reset would admit every image.
func TestADestroyOfAPolicyThatWasNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.editPolicy(t, func(p *gcp.Policy) { // which hashicorp/google does not know
		p.IstioServiceIdentityAdmissionRules = nil
		p.ClusterAdmissionRules = nil
		p.KubernetesNamespaceAdmissionRules = map[string]*projectpolicy.Rule{
			"payments": {
				EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
				EnforcementMode: binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
			},
		}
	})
	was := w.policy(t)
	cli := w.cli(t, policyConfig(t), only("google_binary_authorization_policy", "policy"))
	cli.Succeeds(t, apply...)
	w.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve", "-refresh=false")
	if now := w.policy(t); !projectpolicy.Same(now, was) || now.GetEtag() != was.GetEtag() {
		t.Errorf("was %v, is %v", was, now)
	}
}

// TestAResetOfAPolicyThatWasNotRead: a destroy with deletion_policy RESET is a write, so it reads
// the policy first.
func TestAResetOfAPolicyThatWasNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cli := w.cli(t, strings.Replace(policyConfig(t), "{", "{\n  deletion_policy = \"RESET\"", 1),
		only("google_binary_authorization_policy", "policy"))
	acctest.Says(t, cli.Succeeds(t, apply...), "1 changed")
	w.editPolicy(t, func(p *gcp.Policy) { p.Description = "Somebody else's" })
	acctest.Says(t, ends(t, w.Fresh(t, cli), 1, "destroy", "-auto-approve", "-refresh=false"), "Cannot delete policy",
		`description is now "Somebody else's"`)
	if got := w.policy(t).GetDescription(); got != "Somebody else's" {
		t.Error(got)
	}
	w.Fresh(t, cli).Succeeds(t, "destroy", "-auto-approve")
	if !projectpolicy.IsGoogleDefault(w.policy(t)) {
		t.Error(w.policy(t))
	}
}

// TestAnAttestorThatWasNotReadIsNotWrittenOver: the states of hashicorp/google have no etag of an
// attestor either.
func TestAnAttestorThatWasNotReadIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := resname.Attestor{Project: w.Project, ID: "plain"}
	there, err := w.Clients.FreshAttestor(t.Context(), name)
	fine(t, err)
	there.Description = "Somebody else's"
	_, err = w.Clients.UpdateAttestor(t.Context(), name, there)
	fine(t, err)
	config := "resource \"binauthz_attestor\" \"plain\" {\n  name = \"plain\"\n  note = \"plain\"\n  description = \"Ours\"\n}\n"
	cli := w.cli(t, config, only("google_binary_authorization_attestor", "plain"))
	before := w.writes()
	acctest.Says(t, ends(t, cli, 1, apply...), "Cannot update attestor", `description is now "Somebody else's"`, "nothing was written")
	if n := w.writes() - before; n != 0 {
		t.Errorf("%d writes", n)
	}
}
