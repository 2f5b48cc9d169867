package binauthz

import (
	"regexp"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

const maxReferences = 200 // attestors per policy, https://cloud.google.com/binary-authorization/quotas

// noDigits is the documented form of namespaces as keys.
var noDigits = regexp.MustCompile(`^[a-z.-]+$`)

// ruleMap is one of the four rule maps.
type ruleMap struct {
	scope admission.Scope
	rules map[string]*pb.AdmissionRule
}

func ruleMaps(p *pb.Policy) []ruleMap {
	return []ruleMap{
		{admission.ScopeCluster, p.GetClusterAdmissionRules()},
		{admission.ScopeNamespace, p.GetKubernetesNamespaceAdmissionRules()},
		{admission.ScopeServiceAccount, p.GetKubernetesServiceAccountAdmissionRules()},
		{admission.ScopeIstioIdentity, p.GetIstioServiceIdentityAdmissionRules()},
	}
}

// checkPolicy holds the documented checks of the service; the caller holds the lock.
func (a *API) checkPolicy(p *pb.Policy) error {
	if err := checkPatterns(p.GetAdmissionWhitelistPatterns()); err != nil {
		return err
	}
	if p.GetDefaultAdmissionRule() == nil {
		return invalid("The default admission rule is required.")
	}
	if pb.Policy_GlobalPolicyEvaluationMode_name[int32(p.GetGlobalPolicyEvaluationMode())] == "" {
		return invalid("The global policy evaluation mode is not valid.")
	}
	references := 0
	if err := a.checkRule("default_admission_rule", p.GetDefaultAdmissionRule(), &references); err != nil {
		return err
	}
	return a.checkRuleMaps(p, &references)
}

func (a *API) checkRuleMaps(p *pb.Policy, references *int) error {
	used := admission.Scope("")
	for _, m := range ruleMaps(p) {
		if len(m.rules) == 0 {
			continue
		}
		if used != "" {
			return invalid("A policy can have one kind of rules only, not %s and %s.", used, m.scope)
		}
		used = m.scope
		if err := a.checkRules(m, references); err != nil {
			return err
		}
	}
	if *references > maxReferences {
		return invalid("A policy can refer to attestors %d times at most.", maxReferences)
	}
	return nil
}

func (a *API) checkRules(m ruleMap, references *int) error {
	seen := map[string]bool{}
	for key, rule := range m.rules {
		if admission.CheckKey(m.scope, key) != nil || a.RefuseDigits && m.scope == admission.ScopeNamespace && !noDigits.MatchString(key) {
			return invalid("The key '%s' of %s is not valid.", key, m.scope)
		}
		short := admission.CanonicalKey(m.scope, key)
		if seen[short] {
			return invalid("There are two rules for the Istio service identity '%s'.", short)
		}
		seen[short] = true
		if err := a.checkRule(string(m.scope)+"["+key+"]", rule, references); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) checkRule(where string, r *pb.AdmissionRule, references *int) error {
	if r.GetEnforcementMode() != pb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG &&
		r.GetEnforcementMode() != pb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY {
		return invalid("%s: the enforcement mode is required.", where)
	}
	switch r.GetEvaluationMode() {
	case pb.AdmissionRule_ALWAYS_ALLOW, pb.AdmissionRule_ALWAYS_DENY:
		if len(r.GetRequireAttestationsBy()) > 0 {
			return invalid("%s: require_attestations_by must be empty unless the evaluation mode is REQUIRE_ATTESTATION.", where)
		}
	case pb.AdmissionRule_REQUIRE_ATTESTATION:
		if len(r.GetRequireAttestationsBy()) == 0 {
			return invalid("%s: require_attestations_by must not be empty when the evaluation mode is REQUIRE_ATTESTATION.", where)
		}
	default:
		return invalid("%s: the evaluation mode is required.", where)
	}
	*references += len(r.GetRequireAttestationsBy())
	return a.checkReferences(where, r.GetRequireAttestationsBy())
}

// checkReferences requires that every attestor exists: "Each attestor must exist before a policy
// can reference it." A rule refers to each of them once.
func (a *API) checkReferences(where string, attestors []string) error {
	seen := map[string]bool{}
	for _, name := range attestors {
		n, err := attestorName(name)
		switch {
		case err != nil:
			return err
		case a.attestors[a.key(n)] == nil:
			return invalid("%s: the attestor '%s' does not exist.", where, name)
		case seen[a.key(n)]:
			return invalid("%s: the attestor '%s' is listed more than once.", where, name)
		}
		seen[a.key(n)] = true
	}
	return nil
}
