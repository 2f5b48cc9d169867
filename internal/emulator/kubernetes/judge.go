package kubernetes

import (
	"slices"
	"strings"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/binauthz"
)

// outcome is the result of a project policy for the images of a pod.
type outcome struct {
	judged  bool // the cluster evaluates the policy
	denied  bool
	logged  bool // a dry run admits a denied pod
	denials []string
	causes  []string // one for each violating image, as in the audit log
}

// judge evaluates the policy once for all pods of a template. The caller holds the lock.
func (c *creation) judge(t *template) (o outcome) {
	if !c.cluster.Judges {
		return outcome{}
	}
	o.judged = true
	policy := policyOf(c.Policies.Policy(c.cluster.Project))
	system := c.system()
	for _, image := range t.images {
		request := admission.Request{
			Image:          image,
			Cluster:        admission.ClusterKey(c.cluster.Location, c.cluster.ID),
			Namespace:      t.namespace,
			ServiceAccount: t.account,
			Stranger:       true, // no pod here has an Istio identity
		}
		v := policy.Evaluate(request, system, evidence{c.API})
		if v.Admitted && !v.WouldBlock {
			continue
		}
		if v.Denial == "" { // no valid image reference; Google's answer is not known
			v.Denial, v.Sentence = v.Reason, v.Reason
		}
		o.denied, o.logged = o.denied || !v.Admitted, o.logged || v.WouldBlock
		if !v.Admitted {
			o.denials = append(o.denials, v.Denial)
		}
		o.causes = append(o.causes, cause(image, v.Sentence))
	}
	return o
}

// system is Google's policy at the cluster's location; nil if there is none.
func (c *creation) system() *admission.Policy {
	p, err := c.Policies.SystemPolicy(c.cluster.Region)
	if err != nil {
		return nil
	}
	system := policyOf(p)
	return &system
}

// evidence holds the attestations of the emulated APIs. It verifies their signatures.
type evidence struct{ *API }

// Verified implements admission.Attestations.
func (e evidence) Verified(attestor, image string) (ok bool, why string) {
	a, err := e.Policies.Attestor(attestor)
	if err != nil {
		return false, err.Error()
	}
	note := a.GetUserOwnedGrafeasNote().GetNoteReference()
	_, digest, _ := strings.Cut(image, "@")
	for _, o := range e.Attestations.Attestations(note, digest) {
		if binauthz.Verify(a, o) == nil {
			return true, ""
		}
	}
	return false, ""
}

func policyOf(p *pb.Policy) admission.Policy {
	policy := admission.Policy{
		GlobalEvaluation: p.GetGlobalPolicyEvaluationMode() == pb.Policy_ENABLE,
		Default:          ruleOf(p.GetDefaultAdmissionRule()),
		Rules: map[admission.Scope]map[string]admission.Rule{
			admission.ScopeCluster:        rulesOf(p.GetClusterAdmissionRules()),
			admission.ScopeNamespace:      rulesOf(p.GetKubernetesNamespaceAdmissionRules()),
			admission.ScopeServiceAccount: rulesOf(p.GetKubernetesServiceAccountAdmissionRules()),
			admission.ScopeIstioIdentity:  rulesOf(p.GetIstioServiceIdentityAdmissionRules()),
		},
	}
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		policy.Patterns = append(policy.Patterns, pattern.GetNamePattern())
	}
	return policy
}

func rulesOf(m map[string]*pb.AdmissionRule) map[string]admission.Rule {
	rules := map[string]admission.Rule{}
	for key, r := range m {
		rules[key] = ruleOf(r)
	}
	return rules
}

func ruleOf(r *pb.AdmissionRule) admission.Rule {
	return admission.Rule{
		Evaluation:  admission.Evaluation(r.GetEvaluationMode().String()),
		Enforcement: admission.Enforcement(r.GetEnforcementMode().String()),
		Attestors:   slices.Clone(r.GetRequireAttestationsBy()),
	}
}
