package admission

// Evaluation is how a rule decides, spelled as the API does.
type Evaluation string

// The modes of evaluation (google.cloud.binaryauthorization.v1.AdmissionRule.EvaluationMode).
const (
	AlwaysAllow        Evaluation = "ALWAYS_ALLOW"
	RequireAttestation Evaluation = "REQUIRE_ATTESTATION"
	AlwaysDeny         Evaluation = "ALWAYS_DENY"
)

// Enforcement is what happens when a rule is not met, spelled as the API does.
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
	Attestors   []string // full names; every one of them has to vouch for an image
}

// Policy is what decides in a project, or in Google's system policy.
type Policy struct {
	GlobalEvaluation bool     // globalPolicyEvaluationMode is ENABLE; unspecified counts as DISABLE, as the API says
	Patterns         []string // of admissionWhitelistPatterns
	Default          Rule
	Rules            map[Scope]map[string]Rule // keyed by the four scopes of Scopes, never by ScopeDefault
}

// Rule is the rule written for key in scope; the default rule has no key.
func (p Policy) Rule(scope Scope, key string) (Rule, bool) {
	if scope == ScopeDefault {
		return p.Default, true
	}
	r, ok := p.Rules[scope][key]
	return r, ok
}
