package admission

// Evaluation is the evaluation mode of a rule, as spelled by the API.
type Evaluation string

// The modes of evaluation (google.cloud.binaryauthorization.v1.AdmissionRule.EvaluationMode).
const (
	AlwaysAllow        Evaluation = "ALWAYS_ALLOW"
	RequireAttestation Evaluation = "REQUIRE_ATTESTATION"
	AlwaysDeny         Evaluation = "ALWAYS_DENY"
)

// Enforcement is the enforcement mode of a rule, as spelled by the API.
type Enforcement string

// The modes of enforcement (google.cloud.binaryauthorization.v1.AdmissionRule.EnforcementMode).
const (
	Enforced Enforcement = "ENFORCED_BLOCK_AND_AUDIT_LOG"
	DryRun   Enforcement = "DRYRUN_AUDIT_LOG_ONLY"
)

// Rule is an admission rule.
type Rule struct {
	Evaluation  Evaluation
	Enforcement Enforcement
	Attestors   []string // full names; all of them must have attested the image
}

// Policy is the policy of a project, or Google's system policy.
type Policy struct {
	GlobalEvaluation bool     // globalPolicyEvaluationMode is ENABLE; the API treats unspecified as DISABLE
	Patterns         []string // of admissionWhitelistPatterns
	Default          Rule
	Rules            map[Scope]map[string]Rule // keyed by the four scopes of Scopes, never by ScopeDefault
}

// Rule is the rule for key in scope. The default rule has no key.
func (p Policy) Rule(scope Scope, key string) (Rule, bool) {
	if scope == ScopeDefault {
		return p.Default, true
	}
	r, ok := p.Rules[scope][key]
	return r, ok
}
