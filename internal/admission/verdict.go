package admission

import "fmt"

type evaluation struct {
	policy       Policy
	request      Request
	system       *Policy
	attestations Attestations
}

func (e evaluation) verdict() Verdict {
	if err := e.request.evaluable(); err != nil {
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
			return Verdict{
				Admitted: true,
				Rule:     SystemPolicy,
				Reason:   fmt.Sprintf("admitted: Google's system policy exempts %s", e.system.Patterns[i]),
			}, true
		}
	}
	if i := firstMatch(e.policy.Patterns, e.request.Image); i >= 0 {
		at := Path{Field: FieldPatterns}.element(i, e.policy.Patterns[i])
		return Verdict{
			Admitted: true,
			Rule:     at.String(),
			Reason:   fmt.Sprintf("admitted: the allowlist exempts %s", e.policy.Patterns[i]),
		}, true
	}
	return Verdict{}, false
}

// firstMatch is the index of the first pattern that exempts the image, or -1. An invalid pattern
// exempts nothing.
func firstMatch(patterns []string, image string) int {
	for i, s := range patterns {
		if parsePattern(s).match(image) && patternFault(s) == nil {
			return i
		}
	}
	return -1
}

// strictest is the verdict of the strictest rule.
func (e evaluation) strictest(rules []applicable) Verdict {
	memo := map[string]objection{}
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

// judge applies one rule. memo caches the objections of attestors.
func (e evaluation) judge(a applicable, memo map[string]objection) Verdict {
	f := e.fault(a.rule, memo)
	v := Verdict{Admitted: f.sentence == "", Rule: a.at.String()}
	if v.Admitted {
		v.Reason = remarked("admitted: "+v.Rule+" is met", e.doubts(v, a))
		return v
	}
	v.Sentence, v.Denial, v.Attestors = f.sentence, byRule(e.request.Image, a.at)+f.sentence, f.attestors
	v.Reason = v.Denial
	if a.rule.Enforcement == DryRun {
		v.Admitted, v.WouldBlock = true, true
		v.Reason = "admitted by a dry run only: " + v.Denial
	}
	v.Reason = remarked(v.Reason, append(f.remarks, e.doubts(v, a)...))
	return v
}

// doubts lists unknown facts with a possible influence on the verdict.
func (e evaluation) doubts(v Verdict, a applicable) (remarks []string) {
	if a.maybe != "" {
		remarks = append(remarks, "several "+string(a.maybe)+" could apply, so the strictest counts")
	}
	if v.severity() != admitted && e.policy.GlobalEvaluation && e.system == nil {
		remarks = append(remarks, "Google's system policy could exempt the image but is unknown")
	}
	return remarks
}
