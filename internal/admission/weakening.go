package admission

// Codes of Weakening. They never change: pipelines search for them.
const (
	EnforcementToDryRun            = "ENFORCEMENT_TO_DRY_RUN"
	EvaluationToAlwaysAllow        = "EVALUATION_TO_ALWAYS_ALLOW"
	EvaluationToRequireAttestation = "EVALUATION_TO_REQUIRE_ATTESTATION" // from ALWAYS_DENY
	AttestorRemoved                = "ATTESTOR_REMOVED"
	RuleRemoved                    = "RULE_REMOVED"    // and the rule applying instead is weaker
	PatternWidened                 = "PATTERN_WIDENED" // covers an earlier pattern and more
	PatternAdded                   = "PATTERN_ADDED"
	GlobalPolicyEnabled            = "GLOBAL_POLICY_ENABLED"
)

// Weakening is one aspect that makes a policy weaker than the policy before: it admits more, or
// logs less.
type Weakening struct {
	Code string
	// Path is in the policy after; for RuleRemoved in the policy before. For AttestorRemoved it is
	// the list without the attestor, with its name in Value.
	Path    Path
	Message string // fixed wording with the names
}

// Weakenings compares the effects of two valid policies. A removed rule counts only if the rule
// that then applies is weaker, an added pattern only if no earlier pattern exempted all of its
// images. Every image and workload has one of three outcomes: blocked, admitted with an entry in
// the audit log (dry run), or admitted. A move towards the last one is a weakening.
func Weakenings(before, after Policy) []Weakening {
	c := comparison{before: before, after: after, seen: map[string]bool{}}
	return c.weakenings()
}
