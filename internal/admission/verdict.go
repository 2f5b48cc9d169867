package admission

import (
	"fmt"
	"strings"
)

type evaluation struct {
	policy       Policy
	request      Request
	system       *Policy
	attestations Attestations
}

func (e evaluation) verdict() Verdict {
	if err := e.request.Check(); err != nil {
		return Verdict{Reason: "denied: " + err.Error()}
	}
	if v, ok := e.exempt(); ok {
		return v
	}
	return e.strictest(e.policy.applicable(e.request.asking()))
}

func (e evaluation) exempt() (Verdict, bool) {
	if e.policy.GlobalEvaluation && e.system != nil {
		if i := firstMatch(e.system.Patterns, e.request.Image); i >= 0 {
			return Verdict{Admitted: true, Rule: SystemPolicy, Reason: fmt.Sprintf("admitted: Google's system policy exempts %s", e.system.Patterns[i])}, true
		}
	}
	if i := firstMatch(e.policy.Patterns, e.request.Image); i >= 0 {
		at := Path{Field: FieldPatterns}.element(i, e.policy.Patterns[i])
		return Verdict{Admitted: true, Rule: at.String(), Reason: fmt.Sprintf("admitted: the allowlist exempts %s", e.policy.Patterns[i])}, true
	}
	return Verdict{}, false
}

// firstMatch is the index of the first pattern that exempts the image, or -1. A text that is no pattern exempts nothing.
func firstMatch(patterns []string, image string) int {
	for i, s := range patterns {
		if parsePattern(s).match(image) && patternFault(s) == nil {
			return i
		}
	}
	return -1
}

// strictest is the verdict of the rule that lets in least.
func (e evaluation) strictest(rules []applicable) Verdict {
	memo := map[string]string{}
	var worst Verdict
	for i, a := range rules {
		if v := e.judge(a, memo); i == 0 || v.severity() > worst.severity() {
			worst = v
		}
	}
	return worst
}

func (v Verdict) severity() int {
	switch {
	case !v.Admitted:
		return blocked
	case v.WouldBlock:
		return logged
	default:
		return admitted
	}
}

// judge applies one rule. memo holds why attestors do not vouch for the image, "" for those that do.
func (e evaluation) judge(a applicable, memo map[string]string) Verdict {
	fault := e.fault(a.rule, memo)
	v := Verdict{Admitted: fault == "", Rule: a.at.String()}
	switch {
	case v.Admitted:
		v.Reason = "admitted: " + v.Rule + " is met"
	case a.rule.Enforcement == DryRun:
		v.Admitted, v.WouldBlock = true, true
		v.Reason = "admitted by a dry run only: " + v.Rule + " " + fault
	default:
		v.Reason = "denied: " + v.Rule + " " + fault
	}
	v.Reason = strings.Join(strings.Fields(v.Reason+e.doubts(v, a)), " ")
	return v
}

// doubts names what would have to be known for a better answer.
func (e evaluation) doubts(v Verdict, a applicable) (text string) {
	if a.maybe != "" {
		text = "; which of " + string(a.maybe) + " applies is not known, so the strictest counts"
	}
	if v.severity() != admitted && e.policy.GlobalEvaluation && e.system == nil {
		text += "; Google's system policy could exempt the image but is not known"
	}
	return text
}

// fault says how the image fails the rule, "" when it does not.
func (e evaluation) fault(r Rule, memo map[string]string) string {
	switch r.Evaluation {
	case AlwaysAllow:
		return ""
	case AlwaysDeny:
		return "denies every image"
	case RequireAttestation:
		return e.unattested(r.Attestors, memo)
	default:
		return "has no evaluation mode"
	}
}

// unattested finds the first attestor that does not vouch for the image. Attestations are made for a digest, so an image that is
// named by tag never has one (https://cloud.google.com/binary-authorization/docs/using-container-image-digests).
func (e evaluation) unattested(attestors []string, memo map[string]string) string {
	switch {
	case len(attestors) == 0:
		return "requires attestations and names no attestor"
	case !strings.Contains(e.request.Image, "@"):
		return "requires attestations, which an image without a digest cannot have"
	case e.attestations == nil:
		return "requires attestations, and none were looked up"
	}
	for _, name := range attestors {
		if _, ok := memo[name]; !ok {
			memo[name] = e.ask(name)
		}
		if memo[name] != "" {
			return memo[name]
		}
	}
	return ""
}

func (e evaluation) ask(attestor string) string {
	ok, why := e.attestations.Verified(attestor, e.request.Image)
	if ok {
		return ""
	}
	return strings.TrimSuffix("requires an attestation of "+attestor+": "+why, ": ")
}
