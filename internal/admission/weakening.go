package admission

// Codes of Weakening, fixed so that a pipeline can search for them.
const (
	EnforcementToDryRun            = "ENFORCEMENT_TO_DRY_RUN"
	EvaluationToAlwaysAllow        = "EVALUATION_TO_ALWAYS_ALLOW"
	EvaluationToRequireAttestation = "EVALUATION_TO_REQUIRE_ATTESTATION" // from ALWAYS_DENY
	AttestorRemoved                = "ATTESTOR_REMOVED"
	RuleRemoved                    = "RULE_REMOVED"    // and what applies instead is weaker
	PatternWidened                 = "PATTERN_WIDENED" // covers an earlier pattern and more
	PatternAdded                   = "PATTERN_ADDED"
	GlobalPolicyEnabled            = "GLOBAL_POLICY_ENABLED"
)

// Weakening is a way in which a policy lets in, or lets in without a trace, what the policy before it did not.
type Weakening struct {
	Code    string
	Path    Path   // in the policy after; of RuleRemoved in the policy before; of AttestorRemoved the list it is missing from, with its name in Value
	Message string // fixed wording, with the names in it
}

// Weakenings compares two policies by what they do, not by how they are written: a rule removed counts only when what then applies
// is weaker, a pattern added only when no pattern before exempted all of its images. Both are policies that Check finds nothing in. For every image and workload there are
// three outcomes: blocked, admitted with an entry in the audit log (dry run), admitted; moving towards the last is a weakening.
func Weakenings(before, after Policy) []Weakening {
	c := comparison{before: before, after: after, seen: map[string]bool{}}
	return c.weakenings()
}
