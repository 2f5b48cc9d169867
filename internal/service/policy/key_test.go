package policy_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestPolicyNamespacesOfPlanAndServiceAreTheSame: plan and service accept the same namespaces.
func TestPolicyNamespacesOfPlanAndServiceAreTheSame(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	for _, key := range []string{"payments", "team-1", "1", "a.b", "Team", "a_b", "a:b", "a/b", "a b", strings.Repeat("n", 63)} {
		planned := admission.CheckKey(admission.ScopeNamespace, key)
		_, written := g.Clients.EditPolicy(t.Context(), g.Project, gcp.Edit[*gcp.Policy]{Change: func(p *gcp.Policy, _ bool) error {
			p.KubernetesNamespaceAdmissionRules = map[string]*binaryauthorizationpb.AdmissionRule{key: {
				EvaluationMode:  binaryauthorizationpb.AdmissionRule_ALWAYS_DENY,
				EnforcementMode: binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY,
			}}
			return nil
		}})
		if (planned == nil) != (written == nil) {
			t.Errorf("%q: the plan says %v, the service %v", key, planned, written)
		}
	}
}

// TestPolicyNamespaceThatTheServiceRefuses: if the service refuses digits after all, the apply
// fails with its message for this rule only.
func TestPolicyNamespaceThatTheServiceRefuses(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{})
	g.Emulator.Binauthz().RefuseDigits = true
	cli := g.CLI(t, ruleConfig(`kubernetes_namespace = "payments"`, dryRun,
		"")+strings.Replace(ruleConfig(`kubernetes_namespace = "team-1"`, dryRun, ""), `"it"`, `"digits"`, 1))
	out, code := cli.Run(t, "apply", "-auto-approve")
	if code == 0 || strings.Count(out, "Error: ") != 1 || !strings.Contains(out, "'team-1'") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if rules := now(t, g).GetKubernetesNamespaceAdmissionRules(); len(rules) != 1 || rules["payments"] == nil {
		t.Errorf("the policy has %v", rules)
	}
}
