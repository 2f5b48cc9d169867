package judge

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// TestWorlds: parts in needs count, removals count, and no other parts count.
func TestWorlds(t *testing.T) {
	t.Parallel()
	const pattern = "gcr.io/acme/*"
	exempt := func(p *Policy) { projectpolicy.AddPattern(p, pattern) }
	id := projectpolicy.PatternID("p", pattern)
	denies := func(needs ...string) Part { return aRule("a", "ALWAYS_DENY", []string{image}, needs...) }
	has := func(p *Policy) { cluster("a").Put(p, rule("ALWAYS_DENY")) }
	for name, c := range map[string]struct {
		live  *Policy
		parts []Part
		good  bool
	}{
		"alone":                     {live(), []Part{denies()}, false},
		"admitted by what is there": {live(exempt), []Part{denies()}, true},
		"named":                     {live(), []Part{aPattern(pattern), denies(id)}, true},
		"not named":                 {live(), []Part{aPattern(pattern), denies()}, false},
		"through another": {
			live(),
			[]Part{
				aPattern(pattern), aRule("b", "ALWAYS_ALLOW", nil, id),
				denies(cluster("b").String(), projectpolicy.RuleID("p", cluster("b"))),
			},
			true,
		},
		"taken away before":           {live(exempt), []Part{leaving(pattern), denies()}, false},
		"taken away after":            {live(exempt), []Part{denies(), leaving(pattern)}, false},
		"taken from one that stays":   {live(exempt, has), []Part{unchanged(denies(id)), leaving(pattern)}, false},
		"taken before one that stays": {live(exempt, has), []Part{leaving(pattern), unchanged(denies(id))}, false},
		"both go":                     {live(exempt, has), []Part{gone(denies(id), "a"), leaving(pattern)}, true},
		"refused already":             {live(has), []Part{unchanged(denies()), leaving("gcr.io/other/*")}, true},
		"another pattern goes": {
			live(exempt, func(p *Policy) { projectpolicy.AddPattern(p, "gcr.io/other/*") }),
			[]Part{denies(), leaving("gcr.io/other/*")},
			true,
		},
		"replaced by one that is named": {
			live(exempt, has),
			[]Part{aPattern("gcr.io/acme/**"), leaving(pattern), unchanged(denies(projectpolicy.PatternID("p", "gcr.io/acme/**")))},
			true,
		},
		"replaced by one that is not": {
			live(exempt, has), []Part{aPattern("gcr.io/acme/**"), leaving(pattern), unchanged(denies())}, false,
		},
		"what the rule admits needs no pattern": {
			live(exempt), []Part{aRule("a", "ALWAYS_ALLOW", []string{image}), leaving(pattern)}, true,
		},
		"a dry run admits":        {live(), []Part{dry(denies())}, true},
		"an image that cannot be": {live(), []Part{aRule("a", "ALWAYS_ALLOW", []string{"no image"})}, false},
	} {
		if found := accepted(c.live, c.parts); (len(found) == 0) != c.good {
			t.Errorf("%s: %s", name, text(found))
		}
	}
}

func dry(part Part) Part {
	apply := part.Apply
	part.Apply = func(p *Policy, lenient bool) {
		apply(p, lenient)
		p.ClusterAdmissionRules["us-central1.a"].EnforcementMode = binaryauthorizationpb.AdmissionRule_DRYRUN_AUDIT_LOG_ONLY
	}
	return part
}

// TestPatternsThatGKENeeds: a pattern for GKE's own images may be removed together with a rule
// requiring it, if the rule has it in needs.
func TestPatternsThatGKENeeds(t *testing.T) {
	t.Parallel()
	off := func(p *Policy) { p.GlobalPolicyEvaluationMode = binaryauthorizationpb.Policy_DISABLE }
	exempt := func(p *Policy) {
		for _, pattern := range append(admission.SystemImages(), "us-central1-artifactregistry.gcr.io/gke-release/gke-release/**") {
			projectpolicy.AddPattern(p, pattern)
		}
	}
	pattern := admission.SystemImages()[0]
	id := projectpolicy.PatternID("p", pattern)
	has := func(p *Policy) { cluster("a").Put(p, rule("ALWAYS_DENY")) }
	named, unnamed := aRule("a", "ALWAYS_DENY", nil, id), aRule("a", "ALWAYS_DENY", nil)
	for name, c := range map[string]struct {
		live  *Policy
		parts []Part
		good  bool
	}{
		"it goes alone":             {live(off, exempt, has), []Part{leaving(pattern)}, false},
		"with the rule":             {live(off, exempt, has), []Part{gone(named, "a"), leaving(pattern)}, true},
		"with a rule, not named":    {live(off, exempt, has), []Part{gone(unnamed, "a"), leaving(pattern)}, false},
		"nothing enforces":          {live(off, exempt), []Part{leaving(pattern)}, true},
		"a rule comes":              {live(off, exempt), []Part{leaving(pattern), unnamed}, false},
		"a rule has come":           {live(off, exempt), []Part{unnamed, leaving(pattern)}, false},
		"a rule comes, without":     {live(off), []Part{unnamed}, false},
		"locked out already":        {live(off, has), []Part{aRule("b", "ALWAYS_ALLOW", nil)}, true},
		"acknowledged by the part":  {live(off, exempt, has), []Part{acknowledged(leaving(pattern))}, true},
		"of a rule that is the one": {live(off), []Part{acknowledged(unnamed)}, true},
	} {
		if found := accepted(c.live, c.parts); (len(found) == 0) != c.good {
			t.Errorf("%s: %s", name, text(found))
		}
	}
}

func acknowledged(part Part) Part {
	part.Acknowledged = true
	return part
}

// TestTheOrderMakesNoDifference: the result is the same for every order of planning, as long as a
// part comes after the parts in its needs, and a pattern is removed after the rules with it in
// needs.
func TestTheOrderMakesNoDifference(t *testing.T) {
	t.Parallel()
	const seeds, orders = 300, 12
	both := [2]int{}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		now, parts := random(r)
		first := accepted(now, order(r, parts))
		for range orders {
			if again := accepted(now, order(r, parts)); (len(again) == 0) != (len(first) == 0) {
				t.Fatalf("seed %d: %q, then %q", seed, text(first), text(again))
			}
		}
		both[min(len(first), 1)]++
	}
	if both[0] < seeds/20 || both[1] < seeds/20 {
		t.Errorf("%d are accepted and %d refused: that proves little", both[0], both[1])
	}
}

// random is a live policy and parts of all kinds for it.
func random(r *rand.Rand) (*Policy, []Part) {
	now, parts := live(), []Part(nil)
	for i := range 4 {
		pattern := "gcr.io/acme/" + strconv.Itoa(i) + ":*"
		switch r.IntN(4) {
		case 0: // it is there, and nobody's
			projectpolicy.AddPattern(now, pattern)
		case 1: // it leaves
			projectpolicy.AddPattern(now, pattern)
			end := leaving(pattern)
			end.Acknowledged = r.IntN(3) == 0
			parts = append(parts, end)
		case 2:
			parts = append(parts, aPattern(pattern))
		}
	}
	for i := range 4 {
		name, needs := strconv.Itoa(i), []string(nil)
		for _, other := range parts {
			if other.Exempts && !other.Leaves && r.IntN(2) == 0 {
				needs = append(needs, other.ID)
			}
		}
		part := aRule("c"+name, []string{"ALWAYS_DENY", "ALWAYS_ALLOW"}[r.IntN(4)/3], []string{"gcr.io/acme/" + name + ":1"}, needs...)
		part.Acknowledged, part.NeedsUnknown = r.IntN(6) == 0, r.IntN(6) == 0
		switch r.IntN(4) {
		case 0: // it is there, and stays
			part.Apply(now, false)
			parts = append(parts, unchanged(part))
		case 1: // it leaves
			part.Apply(now, false)
			parts = append(parts, gone(part, "c"+name))
		case 2:
			parts = append(parts, part)
		}
	}
	return now, parts
}

// order is a random order allowed by Terraform's graph.
func order(r *rand.Rand, parts []Part) (ordered []Part) {
	rest := slices.Clone(parts)
	r.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for len(rest) > 0 {
		i := slices.IndexFunc(rest, func(p Part) bool {
			return !slices.ContainsFunc(rest, func(other Part) bool {
				if p.Leaves {
					return other.Leaves && slices.Contains(other.Needs, p.ID)
				}
				return !other.Leaves && slices.Contains(p.Needs, other.ID)
			})
		})
		ordered, rest = append(ordered, rest[i]), slices.Delete(rest, i, i+1)
	}
	return ordered
}
