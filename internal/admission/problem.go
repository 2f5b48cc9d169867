package admission

// Problem is a reason for the API to refuse a policy.
type Problem struct {
	Path    Path
	Message string // one sentence with the accepted values
}

// Check finds all problems visible without a call, in a fixed order. It does not check whether the
// attestors exist.
func (p Policy) Check() []Problem {
	c := checker{}
	c.patterns(p.Patterns)
	c.rule(ruleAt(ScopeDefault, ""), p.Default)
	c.maps(p.Rules)
	c.references()
	return c.problems
}
