package judge

import (
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// counter counts keys, and remembers attestors with an unknown number of keys.
type counter struct {
	evidence Evidence
	unknown  []string
}

func (k *counter) keys(attestor string) (n int, known bool) {
	if attestor == UnknownAttestor {
		k.unknown = append(k.unknown, "")
		return 0, false
	}
	n, known = k.evidence.Keys(attestor)
	if !known && !slices.Contains(k.unknown, attestor) {
		k.unknown = append(k.unknown, attestor)
	}
	return n, known
}

// because lists the attestors with an unknown number of keys and a known name.
func (k *counter) because() string {
	named := slices.DeleteFunc(slices.Clone(k.unknown), func(name string) bool { return name == "" })
	if len(named) == 0 {
		return ""
	}
	return ", because the number of keys is not known yet for " + strings.Join(named, ", ")
}

// lockouts are the certain new lock-outs, or an unchecked finding if there can be new ones.
func (c Change) lockouts() (found []Finding) {
	keys := &counter{evidence: c.Evidence}
	for _, lockout := range newLockouts(c.Before.Lenient, c.After.Lenient, keys.keys) {
		found = append(found, lockoutFinding(lockout))
	}
	if len(found) > 0 || (c.After.Known() && len(keys.unknown) == 0) {
		return found
	}
	if worst := newLockouts(c.Before.Strict, c.After.worst(), keys.keys); len(worst) > 0 || len(keys.unknown) > 0 {
		found = append(found, Finding{Severity: Unchecked, Message: "whether the policy has a lock-out" + keys.because()})
	}
	return found
}

func lockoutFinding(l admission.Lockout) Finding {
	return Finding{Code: l.Code, Severity: Refused, Path: l.Path, Message: l.Message}
}

// newLockouts are the lock-outs of after and not of before. An existing lock-out is new again if it
// blocks more of GKE's images. keys may be nil.
func newLockouts(before, after *Policy, keys func(string) (int, bool)) (fresh []admission.Lockout) {
	all := admission.Lockouts(projectpolicy.Rules(after), keys)
	if len(all) == 0 {
		return nil
	}
	old := admission.Lockouts(projectpolicy.Rules(before), keys)
	for _, l := range all {
		if !slices.ContainsFunc(old, func(o admission.Lockout) bool { return sameLockout(o, l) && !misses(l, o) }) {
			fresh = append(fresh, l)
		}
	}
	return fresh
}

// sameLockout compares the blocking rule and the attestor. The index of the attestor can differ.
func sameLockout(a, b admission.Lockout) bool {
	return a.Code == b.Code && a.Path.Field == b.Path.Field && a.Path.Key == b.Path.Key && a.Path.Value == b.Path.Value
}

// misses reports whether a lock-out blocks images that another one does not block.
func misses(l, other admission.Lockout) bool {
	return slices.ContainsFunc(l.Missing, func(pattern string) bool { return !slices.Contains(other.Missing, pattern) })
}

// StandingOf are the lock-outs by one rule of an unchanged policy.
func StandingOf(p *Policy, rule projectpolicy.Target, e Evidence) []admission.Lockout {
	return slices.DeleteFunc(Standing(projectpolicy.Alone(p, rule), e), func(l admission.Lockout) bool { return !rule.Is(l.Path) })
}

// Standing are the lock-outs of an unchanged policy.
func Standing(p *Policy, e Evidence) []admission.Lockout {
	return admission.Lockouts(projectpolicy.Rules(p), (&counter{evidence: e}).keys)
}

// Blocked are the rules of a policy that refuse every image if an attestor has no keys or does not
// exist. Each path contains the attestor.
func Blocked(p *Policy, attestor string) (rules []Path) {
	gone := func(name string) (int, bool) { return 0, name == attestor }
	for _, lockout := range admission.Lockouts(projectpolicy.Rules(p), gone) {
		if lockout.Code == admission.AttestorWithoutKeys {
			rules = append(rules, lockout.Path)
		}
	}
	return rules
}

// Weakenings are the certain weakenings by a change.
func Weakenings(before *Policy, after Outlook) []admission.Weakening {
	return admission.Weakenings(projectpolicy.Rules(before), projectpolicy.Rules(after.Strict))
}
