package judge

import (
	"cmp"
	"slices"

	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// Part is what one resource plans for its part of a policy.
type Part struct {
	// ID is the full name of the part.
	ID string
	// Needs are the ids of the parts that count in its favour.
	Needs []string
	// NeedsUnknown says that there are others, which are not known yet: nothing is certain of the part.
	NeedsUnknown bool
	// Leaves says that the part is removed.
	Leaves bool
	// Exempts says that it is an allowlist pattern, not a rule.
	Exempts bool
	// Apply makes the edit. What is not known yet is taken for what admits most if lenient, else for what admits least.
	Apply func(policy *Policy, lenient bool)
	// Last says that Apply has to come after the edits of all others.
	Last bool
	// Unknown are the attributes that Apply has to guess.
	Unknown []string

	// Unchanged says that the live policy has the part as it is planned.
	Unchanged    bool
	Requirements []Requirement
	Acknowledged bool
	// Rule is the rule that the part is; nil for an allowlist pattern.
	Rule *projectpolicy.Target
}

// Owns reports whether an admission path leads to the part's rule.
func (p Part) Owns(at admission.Path) bool { return p.Rule != nil && p.Rule.Is(at) }

// World is the policy that parts are planned for, and what is planned so far.
type World struct {
	Live     *Policy
	Parts    []Part
	Evidence Evidence
}

// Around is what a part is added to or removed from.
func (w World) Around(part Part) Outlook { return Foresee(w.Live, w.others(part)) }

// With is the policy with the part's edit.
func (w World) With(part Part) Outlook { return Foresee(w.Live, append(w.others(part), part)) }

// Judge are the findings of a part that comes, changes or leaves.
func (w World) Judge(part Part) []Finding {
	change := Change{
		Before: w.Around(part), After: w.With(part), Requirements: part.Requirements, Acknowledged: part.Acknowledged, Evidence: w.Evidence,
	}
	return change.Findings()
}

// Clashes are what the removal of a part does to the other parts that are planned to stay or to come. Each names the other part.
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

// sensitiveTo says whether a removal can do anything to a part that its own judgement does not show: to an image that has to be
// admitted, or to a rule that is not in the live policy yet.
func (p Part) sensitiveTo(leaves Part) bool {
	return !p.Leaves && (len(p.Requirements) > 0 || (leaves.Exempts && !p.Unchanged))
}

// Stands are what the removals that are planned so far do to a part that is not changed. Only what it requires can suffer: a lock-out
// of the live policy is found by the removal itself.
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

// others are the parts that count for one: every removal, and what it needs.
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

// countsFor says whether a removal counts for a part. That of a rule counts for a pattern that leaves only if the rule needs the pattern:
// then Terraform takes the rule first.
func (p Part) countsFor(part Part) bool {
	return !part.Leaves || !part.Exempts || p.Exempts || slices.Contains(p.Needs, part.ID)
}

// Foresee makes the edits of parts on a copy of a policy.
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

// rank is the place in the order: what leaves makes room for what comes.
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
