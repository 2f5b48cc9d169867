package judge

import (
	"cmp"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Part is the plan of one resource for its part of a policy.
type Part struct {
	// ID is the full name of the part.
	ID string
	// Needs are the ids in the attribute needs.
	Needs []string
	// NeedsUnknown marks unknown ids in needs: no finding about the part is certain.
	NeedsUnknown bool
	// Leaves marks a removed part.
	Leaves bool
	// Exempts marks an allowlist pattern; the part is a rule otherwise.
	Exempts bool
	// Apply makes the edit. Unknown values become the most lenient ones if lenient, else the
	// strictest.
	Apply func(policy *Policy, lenient bool)
	// Last marks an edit to apply after the edits of all other parts.
	Last bool
	// Unknown are the unknown attributes.
	Unknown []string

	// Unchanged marks a planned part already in the live policy.
	Unchanged    bool
	Requirements []Requirement
	Acknowledged bool
	// Rule is the scope of the rule; nil for an allowlist pattern.
	Rule *projectpolicy.Target
}

// Owns reports whether an admission path leads to the part's rule.
func (p Part) Owns(at admission.Path) bool { return p.Rule != nil && p.Rule.Is(at) }

// World is the live policy with the parts planned so far.
type World struct {
	Live     *Policy
	Parts    []Part
	Evidence Evidence
}

// Around is the policy before the part's edit.
func (w World) Around(part Part) Outlook { return Foresee(w.Live, w.others(part)) }

// With is the policy with the part's edit.
func (w World) With(part Part) Outlook { return Foresee(w.Live, append(w.others(part), part)) }

// Judge are the findings about the create, update or removal of a part.
func (w World) Judge(part Part) []Finding {
	change := Change{
		Before: w.Around(part), After: w.With(part), Requirements: part.Requirements, Acknowledged: part.Acknowledged, Evidence: w.Evidence,
	}
	return change.Findings()
}

// Clashes are the new findings about other planned parts caused by the removal of a part. Each
// contains the id of the other part.
func (w World) Clashes(leaves Part) (found []Finding) {
	kept := w
	kept.Parts = slices.DeleteFunc(slices.Clone(w.Parts), func(p Part) bool { return p.ID == leaves.ID })
	lost := w
	lost.Parts = append(slices.Clone(kept.Parts), leaves)
	for _, other := range kept.Parts {
		if !other.sensitiveTo(leaves) {
			continue
		}
		for _, f := range without(lost.stands(other), kept.stands(other)) {
			f.Part = other.ID
			found = append(found, f)
		}
	}
	return found
}

// sensitiveTo reports whether a removal can affect a part in a way not found by the judgement of
// the removal itself: the part has requirements, or its rule is not in the live policy yet.
func (p Part) sensitiveTo(leaves Part) bool {
	return !p.Leaves && (len(p.Requirements) > 0 || (leaves.Exempts && !p.Unchanged))
}

// Stands are the findings about an unchanged part caused by the removals planned so far. Only its
// requirements can be affected: the judgement of the removal finds a lock-out of the live policy.
func (w World) Stands(part Part) []Finding {
	if len(part.Requirements) == 0 {
		return nil
	}
	alone := w
	alone.Parts = nil
	return without(w.stands(part), alone.stands(part))
}

// stands are the certain findings of a part in its world, compared with the live policy.
func (w World) stands(part Part) (found []Finding) {
	if part.NeedsUnknown {
		return nil
	}
	change := Change{Before: Certain(w.Live), After: w.With(part), Requirements: part.Requirements, Evidence: w.Evidence}
	if !part.Acknowledged && part.Rule != nil {
		for _, f := range refused(change.lockouts()) {
			if part.Owns(f.Path) {
				found = append(found, f)
			}
		}
	}
	return append(found, refused(change.Unmet())...)
}

// others are the parts with an influence on a part: all removals, and the parts in its needs.
func (w World) others(part Part) (count []Part) {
	for _, other := range w.Parts {
		if other.Leaves && other.ID != part.ID && other.countsFor(part) {
			count = append(count, other)
		}
	}
	seen := map[string]bool{part.ID: true}
	for queue := slices.Clone(part.Needs); len(queue) > 0; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		i := slices.IndexFunc(w.Parts, func(other Part) bool { return other.ID == queue[0] && !other.Leaves })
		if i >= 0 {
			count, queue = append(count, w.Parts[i]), append(queue, w.Parts[i].Needs...)
		}
	}
	return count
}

// countsFor reports whether a removal counts for a part. The removal of a rule counts for a removed
// pattern only if the rule needs the pattern: only then does Terraform remove the rule first.
func (p Part) countsFor(part Part) bool {
	return !part.Leaves || !part.Exempts || p.Exempts || slices.Contains(p.Needs, part.ID)
}

// Foresee applies the edits of parts to a copy of a policy.
func Foresee(live *Policy, parts []Part) Outlook {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(a.rank(), b.rank()) })
	o := Certain(proto.CloneOf(live))
	for _, part := range parts {
		o.Unknown = append(o.Unknown, part.Unknown...)
		part.Apply(o.Strict, false)
	}
	if len(o.Unknown) > 0 {
		o.Lenient = proto.CloneOf(live)
		for _, part := range parts {
			part.Apply(o.Lenient, true)
		}
	}
	return o
}

// rank is the position in the order of edits: removals come first.
func (p Part) rank() int {
	switch {
	case p.Leaves:
		return 0
	case p.Last:
		return 2
	default:
		return 1
	}
}
