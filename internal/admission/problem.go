package admission

// Problem is something the API refuses in a policy.
type Problem struct {
	Path    Path
	Message string // one sentence with what is wanted instead
}

// Check finds everything the API refuses that can be known without asking it, in a fixed order. Whether the attestors exist
// is not among that.
func (p Policy) Check() []Problem {
	c := checker{}
	c.patterns(p.Patterns)
	c.rule(ruleAt(ScopeDefault, ""), p.Default)
	c.maps(p.Rules)
	c.references()
	return c.problems
}
