package judge

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// known is evidence in tables. Other answers are open.
type known struct {
	keys     map[string]int
	attested map[string]Answer
}

func (k known) Keys(attestor string) (int, bool) {
	n, ok := k.keys[attestor]
	return n, ok
}

func (k known) Attested(attestor, _ string) Answer {
	if a, ok := k.attested[attestor]; ok {
		return a
	}
	return Answer{Outcome: Open, Why: "not known"}
}

func (known) System(string) (admission.Policy, bool) { return admission.Policy{}, true }

const (
	image = "gcr.io/acme/app:1"
	built = "projects/p/attestors/built"
)

func rule(mode string, by ...string) *projectpolicy.Rule {
	evaluation := binaryauthorizationpb.AdmissionRule_EvaluationMode_value[mode]
	return &projectpolicy.Rule{
		EvaluationMode:        binaryauthorizationpb.AdmissionRule_EvaluationMode(evaluation),
		EnforcementMode:       binaryauthorizationpb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		RequireAttestationsBy: by,
	}
}

// live is Google's default with patterns and rules of clusters.
func live(change ...func(*Policy)) *Policy {
	p := projectpolicy.GoogleDefault()
	for _, c := range change {
		c(p)
	}
	return p
}

func cluster(name string) projectpolicy.Target {
	return projectpolicy.Target{Scope: admission.ScopeCluster, Key: "us-central1." + name}
}

// aRule is a rule of a cluster with required images.
func aRule(name, mode string, images []string, needs ...string) Part {
	t := cluster(name)
	part := Part{ID: projectpolicy.RuleID("p", t), Needs: needs, Rule: &t, Apply: func(p *Policy, _ bool) { t.Put(p, rule(mode)) }}
	for i, image := range images {
		part.Requirements = append(part.Requirements, Requirement{
			Path: Path{Field: "must_admit", Index: i}, Request: admission.Request{Image: image, Cluster: t.Key},
		})
	}
	return part
}

func aPattern(pattern string) Part {
	return Part{
		ID:      projectpolicy.PatternID("p", pattern),
		Exempts: true,
		Apply:   func(p *Policy, _ bool) { projectpolicy.AddPattern(p, pattern) },
	}
}

// leaving is the removal of a pattern.
func leaving(pattern string) Part {
	return Part{
		ID:      projectpolicy.PatternID("p", pattern),
		Exempts: true,
		Leaves:  true,
		Apply:   func(p *Policy, _ bool) { projectpolicy.RemovePattern(p, pattern) },
	}
}

// gone is the removal of a rule.
func gone(part Part, name string) Part {
	return Part{ID: part.ID, Needs: part.Needs, Leaves: true, Rule: part.Rule, Apply: func(p *Policy, _ bool) { cluster(name).Put(p, nil) }}
}

func unchanged(part Part) Part {
	part.Unchanged = true
	return part
}

// accepted plans parts in an order, as the resources do, and returns the refusals.
func accepted(now *Policy, parts []Part) (found []string) {
	w := World{Live: now, Evidence: known{}}
	for _, part := range parts {
		w.Parts = append(slices.DeleteFunc(w.Parts, func(p Part) bool { return p.ID == part.ID }), part)
		var findings []Finding
		switch {
		case part.Leaves && part.Exempts:
			findings = append(w.Judge(part), w.Clashes(part)...)
		case part.Leaves:
			findings = w.Clashes(part)
		case part.Unchanged:
			findings = w.Stands(part)
		default:
			findings = w.Judge(part)
			if part.NeedsUnknown {
				findings = nil // told as unchecked
			}
		}
		for _, f := range refused(findings) {
			found = append(found, fmt.Sprintf("%s: %s %s", part.ID, f.Code, f.Message))
		}
	}
	return found
}

// text is a list of findings for a message.
func text(found []string) string { return strings.Join(found, "\n") }
