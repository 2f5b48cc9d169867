package judge

import (
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// counter counts keys, and remembers of which attestors the number is not known.
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

// because says of which attestors the number of keys is not known, where their names are.
func (k *counter) because() string {
	named := slices.DeleteFunc(slices.Clone(k.unknown), func(name string) bool { return name == "" })
	if len(named) == 0 {
		return ""
	}
	return ", because the number of keys is not known yet of " + strings.Join(named, ", ")
}

// lockouts are those that the change brings for certain, and whether there may be others.
func (c Change) lockouts() (found []Finding) {
	keys := &counter{evidence: c.Evidence}
	for _, lockout := range newLockouts(c.Before.Lenient, c.After.Lenient, keys.keys) {
		found = append(found, lockoutFinding(lockout))
	}
	if len(found) > 0 || (c.After.Known() && len(keys.unknown) == 0) {
		return found
	}
	if worst := newLockouts(c.Before.Strict, c.After.worst(), keys.keys); len(worst) > 0 || len(keys.unknown) > 0 {
		found = append(found, Finding{Severity: Unchecked, Message: "whether the policy locks out" + keys.because()})
	}
	return found
}

func lockoutFinding(l admission.Lockout) Finding {
	return Finding{Code: l.Code, Severity: Refused, Path: l.Path, Message: l.Message}
}

// newLockouts are those of after that before does not have, by their words: they name what is blocked. keys may be nil.
func newLockouts(before, after *Policy, keys func(string) (int, bool)) (fresh []admission.Lockout) {
	all := admission.Lockouts(projectpolicy.Rules(after), keys)
	if len(all) == 0 {
		return nil
	}
	old := map[string]bool{}
	for _, l := range admission.Lockouts(projectpolicy.Rules(before), keys) {
		old[l.Code+l.Message] = true
	}
	for _, l := range all {
		if !old[l.Code+l.Message] {
			fresh = append(fresh, l)
		}
	}
	return fresh
}

// StandingOf are the lock-outs by one rule of a policy that nothing changes.
func StandingOf(p *Policy, rule projectpolicy.Target, e Evidence) []admission.Lockout {
	return slices.DeleteFunc(Standing(projectpolicy.Alone(p, rule), e), func(l admission.Lockout) bool { return !rule.Is(l.Path) })
}

// Standing are the lock-outs of a policy that nothing changes.
func Standing(p *Policy, e Evidence) []admission.Lockout {
	return admission.Lockouts(projectpolicy.Rules(p), (&counter{evidence: e}).keys)
}

// Blocked are the rules of a policy that nothing meets once an attestor has no keys or is gone, each with the attestor in its path.
func Blocked(p *Policy, attestor string) (rules []Path) {
	gone := func(name string) (int, bool) { return 0, name == attestor }
	for _, lockout := range admission.Lockouts(projectpolicy.Rules(p), gone) {
		if lockout.Code == admission.AttestorWithoutKeys {
			rules = append(rules, lockout.Path)
		}
	}
	return rules
}

// Weakenings are those that a change brings for certain.
func Weakenings(before *Policy, after Outlook) []admission.Weakening {
	return admission.Weakenings(projectpolicy.Rules(before), projectpolicy.Rules(after.Strict))
}
