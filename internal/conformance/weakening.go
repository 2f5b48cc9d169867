package conformance

import (
	"fmt"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// Severities are the limits of a vulnerability check, from the strictest to the loosest.
var Severities = []string{"BLOCK_ALL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "ALLOW_ALL"}

// Weakenings says what a policy no longer asks, or asks of fewer images, after a change, one line each. It names what is certain: that
// one check makes up for another is not looked for.
func Weakenings(before, after *Policy) []string {
	a, b := gke(before), gke(after)
	w := &weakenings{}
	w.allowlist("gke_policy", a.ImageAllowlist, b.ImageAllowlist)
	for _, was := range a.CheckSets {
		is, exact := setFor(b.CheckSets, was.Scope)
		switch {
		case len(was.Checks) == 0:
		case is == nil:
			w.add("%s: nothing is checked any more", nameOfSet(was))
		default:
			w.sets(was, is, exact)
		}
	}
	w.newScopes(a, b)
	return w.lines
}

type weakenings struct{ lines []string }

func (w *weakenings) add(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func gke(p *Policy) *binaryauthorization.GkePolicy {
	if p == nil || p.GkePolicy == nil {
		return &binaryauthorization.GkePolicy{}
	}
	return p.GkePolicy
}

// newScopes holds check sets for scopes that had none of their own against the one that applied to them.
func (w *weakenings) newScopes(a, b *binaryauthorization.GkePolicy) {
	for _, is := range b.CheckSets {
		if was, exact := setFor(a.CheckSets, is.Scope); was != nil && !exact {
			w.sets(&binaryauthorization.CheckSet{Scope: is.Scope, ImageAllowlist: was.ImageAllowlist, Checks: was.Checks}, is, true)
		}
	}
}

func (w *weakenings) sets(was, is *binaryauthorization.CheckSet, exact bool) {
	where := nameOfSet(was)
	if !exact {
		where += ", now " + nameOfSet(is)
	}
	w.allowlist(where, was.ImageAllowlist, is.ImageAllowlist)
	rest := slices.Clone(is.Checks)
	for i, c := range was.Checks {
		j := partner(rest, c)
		what := where + ": " + nameOfCheck(i, c)
		if j < 0 {
			w.add("%s is gone", what)
			continue
		}
		w.allowlist(what, c.ImageAllowlist, rest[j].ImageAllowlist)
		w.checks(what, c, rest[j])
		rest = slices.Delete(rest, j, j+1)
	}
}

// partner is the check that a check has become: one of its kind, by its name if there is one.
func partner(checks []*binaryauthorization.Check, c *binaryauthorization.Check) int {
	same := func(o *binaryauthorization.Check) bool { return Kind(o) == Kind(c) }
	if i := slices.IndexFunc(checks, func(o *binaryauthorization.Check) bool { return same(o) && o.DisplayName == c.DisplayName }); i >= 0 {
		return i
	}
	return slices.IndexFunc(checks, same)
}

// setFor is the check set that applies to a scope: its own (exact), that of its namespace, or the one without a scope.
func setFor(sets []*binaryauthorization.CheckSet, scope *binaryauthorization.Scope) (set *binaryauthorization.CheckSet, exact bool) {
	namespace, account := parts(scope)
	for _, s := range sets {
		n, a := parts(s.Scope)
		if n == namespace && a == account {
			return s, true
		}
	}
	for _, s := range sets {
		if n, a := parts(s.Scope); a == "" && (n == "" || n == namespace) {
			return s, false
		}
	}
	return nil, false
}

// parts are the namespace and the service account of a scope; both are empty for everything else.
func parts(s *binaryauthorization.Scope) (namespace, account string) {
	if s == nil {
		return "", ""
	}
	if s.KubernetesServiceAccount != "" {
		namespace, account, _ = strings.Cut(s.KubernetesServiceAccount, ":")
		return namespace, account
	}
	return s.KubernetesNamespace, ""
}

func nameOfSet(s *binaryauthorization.CheckSet) string {
	scope := "the check set for everything else"
	switch namespace, account := parts(s.Scope); {
	case account != "":
		scope = "the check set of service account " + namespace + ":" + account
	case namespace != "":
		scope = "the check set of namespace " + namespace
	}
	return scope
}

func nameOfCheck(i int, c *binaryauthorization.Check) string {
	if c.DisplayName != "" {
		return fmt.Sprintf("%s %q", Kind(c), c.DisplayName)
	}
	return fmt.Sprintf("%s (checks[%d])", Kind(c), i)
}
