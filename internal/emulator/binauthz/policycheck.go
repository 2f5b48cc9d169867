package binauthz

import (
	"regexp"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

const maxReferences = 200 // attestors per policy, https://cloud.google.com/binary-authorization/quotas

// ruleMap is one of the four rule maps, with the form of its keys
// (google.cloud.binaryauthorization.v1.Policy).
type ruleMap struct {
	field string
	key   *regexp.Regexp
	rules map[string]*pb.AdmissionRule
}

var (
	clusterKey   = regexp.MustCompile(`^[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*$`)
	namespaceKey = regexp.MustCompile(`^[a-z0-9.-]+$`)
	noDigitsKey  = regexp.MustCompile(`^[a-z.-]+$`)
	accountKey   = regexp.MustCompile(`^[a-z0-9.-]+:[a-z0-9.-]+$`)
	identityKey  = regexp.MustCompile(`^(spiffe://)?[^/]+/ns/[^/]+/sa/[^/]+$`)
)

func (a *API) ruleMaps(p *pb.Policy) []ruleMap {
	namespaceKey := namespaceKey
	if a.RefuseDigits {
		namespaceKey = noDigitsKey
	}
	return []ruleMap{
		{"cluster_admission_rules", clusterKey, p.GetClusterAdmissionRules()},
		{"kubernetes_namespace_admission_rules", namespaceKey, p.GetKubernetesNamespaceAdmissionRules()},
		{"kubernetes_service_account_admission_rules", accountKey, p.GetKubernetesServiceAccountAdmissionRules()},
		{"istio_service_identity_admission_rules", identityKey, p.GetIstioServiceIdentityAdmissionRules()},
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
	used := ""
	for _, m := range a.ruleMaps(p) {
		if len(m.rules) == 0 {
			continue
		}
		if used != "" {
			return invalid("A policy can have one kind of rules only, not %s and %s.", used, m.field)
		}
		used = m.field
		for key, rule := range m.rules {
			if !m.key.MatchString(key) {
				return invalid("The key '%s' of %s is not valid.", key, m.field)
			}
			if err := a.checkRule(m.field+"["+key+"]", rule, references); err != nil {
				return err
			}
		}
	}
	if *references > maxReferences {
		return invalid("A policy can refer to attestors %d times at most.", maxReferences)
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
// can reference it."
func (a *API) checkReferences(where string, attestors []string) error {
	for _, name := range attestors {
		n, err := attestorName(name)
		if err != nil {
			return err
		}
		if a.attestors[a.key(n)] == nil {
			return invalid("%s: the attestor '%s' does not exist.", where, name)
		}
	}
	return nil
}
