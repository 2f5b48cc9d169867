package admission

import (
	"maps"
	"slices"
)

// applicable is a rule that applies, or can apply, to a workload.
type applicable struct {
	rule  Rule
	at    Path
	maybe Scope // the scope with an unknown key in the request, "" if the rule certainly applies
}

// applicable finds the rules for a workload: one, or several for a partly known workload.
func (p Policy) applicable(w workload) []applicable {
	var found []applicable
	certain, open := false, Scope("")
	for _, scope := range Scopes() {
		if key, known := w.key(scope); known {
			exact := p.exact(scope, key)
			found, certain = append(found, exact...), certain || len(exact) > 0
		} else if maybe := p.possible(scope, w); len(maybe) > 0 {
			found, open = append(found, maybe...), scope
		}
	}
	if !certain {
		found = append(found, applicable{p.Default, ruleAt(ScopeDefault, ""), open})
	}
	return found
}

// exact looks up a key in both possible spellings.
func (p Policy) exact(scope Scope, key string) (found []applicable) {
	if r, ok := p.Rules[scope][key]; ok {
		found = append(found, applicable{rule: r, at: ruleAt(scope, key)})
	}
	if scope == ScopeIstioIdentity {
		if r, ok := p.Rules[scope][spiffe+key]; ok {
			found = append(found, applicable{rule: r, at: ruleAt(scope, spiffe+key)})
		}
	}
	return found
}

func (p Policy) possible(scope Scope, w workload) (found []applicable) {
	for _, key := range slices.Sorted(maps.Keys(p.Rules[scope])) {
		if w.fits(scope, key) {
			found = append(found, applicable{p.Rules[scope][key], ruleAt(scope, key), scope})
		}
	}
	return found
}

// all lists every rule of the policy in a fixed order.
func (p Policy) all() []applicable {
	list := []applicable{{rule: p.Default, at: ruleAt(ScopeDefault, "")}}
	for _, scope := range Scopes() {
		for _, key := range slices.Sorted(maps.Keys(p.Rules[scope])) {
			list = append(list, applicable{rule: p.Rules[scope][key], at: ruleAt(scope, key)})
		}
	}
	return list
}
