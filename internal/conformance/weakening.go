package conformance

import (
	"fmt"
	"slices"
	"strings"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// Severities are the limits of a vulnerability check, from the strictest to the loosest.
var Severities = []string{"BLOCK_ALL", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL", "ALLOW_ALL"}

// Open are the unknown parts of a planned policy, by their messages in it. They never count as
// weaker.
type Open struct {
	CheckSets bool // the list of check sets
	Scopes    map[*binaryauthorization.CheckSet]bool
	Checks    map[*binaryauthorization.CheckSet]bool // the list of checks of a check set
	Check     map[*binaryauthorization.Check]bool    // any value of a check
}

// Weakenings lists the checks of a policy that a change removes or loosens, one line each. It names
// only certain ones, and does not consider that another check may compensate.
func Weakenings(before, after *Policy, open Open) []string {
	a, b := gke(before), gke(after)
	w := &weakenings{open: open}
	w.allowlist("gke_policy", a.ImageAllowlist, b.ImageAllowlist)
	if open.CheckSets {
		return w.lines
	}
	known := slices.DeleteFunc(slices.Clone(b.CheckSets), func(s *binaryauthorization.CheckSet) bool { return open.Scopes[s] })
	for _, was := range a.CheckSets {
		is, exact := setFor(known, was.Scope)
		switch {
		case len(was.Checks) == 0, !exact && len(known) < len(b.CheckSets): // its own may be one with an unknown scope
		case is == nil:
			w.add("%s: no checks remain", nameOfSet(was))
		default:
			w.sets(was, is, exact)
		}
	}
	w.newScopes(a.CheckSets, known)
	return w.lines
}

type weakenings struct {
	open  Open
	lines []string
}

func (w *weakenings) add(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func gke(p *Policy) *binaryauthorization.GkePolicy {
	if p == nil || p.GkePolicy == nil {
		return &binaryauthorization.GkePolicy{}
	}
	return p.GkePolicy
}

// newScopes compares check sets for new scopes with the check sets that applied to them before.
func (w *weakenings) newScopes(a, b []*binaryauthorization.CheckSet) {
	for _, is := range b {
		if was, exact := setFor(a, is.Scope); was != nil && !exact {
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
	if w.open.Checks[is] {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(is.Checks), func(c *binaryauthorization.Check) bool { return w.open.Check[c] })
	for i, c := range was.Checks {
		j := partner(rest, c)
		what := where + ": " + nameOfCheck(i, c)
		switch {
		case w.maybe(is, c) && (j < 0 || c.DisplayName == "" || rest[j].DisplayName != c.DisplayName):
		case j < 0:
			w.add("%s is gone", what)
		default:
			w.allowlist(what, c.ImageAllowlist, rest[j].ImageAllowlist)
			w.checks(what, c, rest[j])
			rest = slices.Delete(rest, j, j+1)
		}
	}
}

// maybe reports whether a check with unknown values may be the counterpart of c.
func (w *weakenings) maybe(set *binaryauthorization.CheckSet, c *binaryauthorization.Check) bool {
	return slices.ContainsFunc(set.Checks, func(o *binaryauthorization.Check) bool {
		return w.open.Check[o] && (Kind(o) == Kind(c) || Kind(o) == "")
	})
}

// partner returns the index of the counterpart of a check: one of the same kind, by name if
// possible.
func partner(checks []*binaryauthorization.Check, c *binaryauthorization.Check) int {
	same := func(o *binaryauthorization.Check) bool { return Kind(o) == Kind(c) }
	if i := slices.IndexFunc(checks, func(o *binaryauthorization.Check) bool { return same(o) && o.DisplayName == c.DisplayName }); i >= 0 {
		return i
	}
	return slices.IndexFunc(checks, same)
}

// setFor returns the check set for a scope: its own (exact), that of its namespace, or the one
// without a scope.
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

// parts returns the namespace and the service account of a scope; both are empty for the check set
// without a scope.
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
