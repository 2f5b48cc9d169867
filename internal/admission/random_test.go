package admission_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// gen makes valid policies, most of them near the edges: mostly enforced, mostly with patterns of
// GKE's images.
type gen struct{ *rand.Rand }

func (g gen) chance(percent int) bool { return g.IntN(100) < percent }

func (g gen) rule() admission.Rule {
	r := admission.Rule{Evaluation: admission.RequireAttestation, Enforcement: admission.Enforced}
	if g.chance(25) {
		r.Enforcement = admission.DryRun
	}
	switch g.IntN(3) {
	case 0:
		r.Evaluation = admission.AlwaysAllow
	case 1:
		r.Evaluation = admission.AlwaysDeny
	default:
		r.Attestors = g.some(worldAttestors)
	}
	return r
}

// some is a random non-empty selection, in random order.
func (g gen) some(from []string) []string {
	picked := slices.Clone(from)
	g.Shuffle(len(picked), func(i, j int) { picked[i], picked[j] = picked[j], picked[i] })
	return picked[:1+g.IntN(len(picked))]
}

func (g gen) patterns() []string {
	var picked []string
	if g.chance(50) {
		picked = append(admission.SystemImages(), worldPatterns[5+g.IntN(2)])
	}
	for range g.IntN(3) {
		picked = append(picked, worldPatterns[g.IntN(len(worldPatterns))])
	}
	if len(picked) > 0 && g.chance(30) {
		i := g.IntN(len(picked))
		picked = slices.Delete(picked, i, i+1)
	}
	slices.Sort(picked)
	return slices.Compact(picked)
}

// keyed are rules of one kind, for keys of the oracle's world.
func (g gen) keyed() rules {
	scope := admission.Scopes()[g.IntN(4)]
	made := map[string]admission.Rule{}
	for range g.IntN(4) {
		w := workers[g.IntN(len(workers))]
		key := []string{w.cluster, w.namespace, w.account, w.identity}[slices.Index(admission.Scopes(), scope)]
		if _, twice := made["spiffe://"+key]; twice {
			continue
		}
		if _, twice := made[key]; scope == admission.ScopeIstioIdentity && !twice && g.chance(50) {
			key = "spiffe://" + key
		}
		// some stay without a rule
		if w.cluster != "europe-west4.x" && w.namespace != "gke-managed-system" && w.account != w.namespace+":other" {
			made[key] = g.rule()
		}
	}
	return rules{scope: made}
}

func (g gen) policy() admission.Policy {
	return admission.Policy{GlobalEvaluation: g.chance(30), Patterns: g.patterns(), Default: g.rule(), Rules: g.keyed()}
}

// next is a policy a few edits away from p, or a different one.
func (g gen) next(p admission.Policy) admission.Policy {
	q := admission.Policy{GlobalEvaluation: p.GlobalEvaluation, Patterns: p.Patterns, Default: p.Default, Rules: p.Rules}
	if g.chance(15) {
		return g.policy()
	}
	if g.chance(20) {
		q.GlobalEvaluation = g.chance(50)
	}
	if g.chance(35) {
		q.Patterns = g.patterns()
	}
	if g.chance(30) {
		q.Default = g.rule()
	}
	if g.chance(40) {
		q.Rules = g.edited(p.Rules)
	}
	return q
}

func (g gen) edited(old rules) rules {
	for scope, keyed := range old {
		made := map[string]admission.Rule{}
		for key, r := range keyed {
			if g.chance(70) {
				made[key] = r
			} else if g.chance(50) {
				made[key] = g.rule()
			}
		}
		return rules{scope: made}
	}
	return g.keyed()
}

type tally struct{ policies, lockouts, missed, falseAlarms, weaker, stricter, wrong int }

func (c *tally) lockout(t *testing.T, p admission.Policy) {
	t.Helper()
	const keyless = "projects/b/attestors/built"
	keys := func(a string) (int, bool) {
		if a == keyless {
			return 0, true
		}
		return 1, true
	}
	flagged, want := len(admission.Lockouts(p, keys)) > 0, lockedOut(p, keyless)
	if want {
		c.lockouts++
	}
	if want && !flagged {
		c.missed++
		t.Errorf("a lock-out is not flagged: %+v", p)
	}
	if flagged && !want {
		c.falseAlarms++
	}
}

func (c *tally) change(t *testing.T, p, q admission.Policy) {
	t.Helper()
	weaker, stricter := loosened(p, q), loosened(q, p)
	if weaker {
		c.weaker++
	}
	if stricter {
		c.stricter++
	}
	if got := admission.Weakenings(p, q); (len(got) > 0) != weaker {
		c.wrong++
		t.Errorf("weakened is %v, got %v\nfrom %+v\nto   %+v", weaker, got, p, q)
	}
	if got := admission.Weakenings(q, p); (len(got) > 0) != stricter {
		c.wrong++
		t.Errorf("strengthened is %v, got %v\nfrom %+v\nto   %+v", stricter, got, p, q)
	}
}

func (c *tally) run(t *testing.T, seed uint64, policies int) {
	t.Helper()
	g := gen{rand.New(rand.NewPCG(seed, 3))}
	for range policies {
		p := g.policy()
		if problems := p.Check(); len(problems) > 0 {
			t.Fatalf("the generator made what the API refuses: %v", problems)
		}
		c.policies++
		c.lockout(t, p)
		c.change(t, p, g.next(p))
		g.evaluate(t, p)
		if t.Failed() {
			t.FailNow()
		}
	}
}

func TestTenThousandPoliciesAgainstTheOracle(t *testing.T) {
	t.Parallel()
	var c tally
	c.run(t, 20260301, 10_000)
	t.Logf("%d policies: %d lock-outs, %d missed, %d false alarms (%.2f %%); of as many changes %d weaken, %d strengthen, %d "+
		"classified wrong",
		c.policies, c.lockouts, c.missed, c.falseAlarms, 100*float64(c.falseAlarms)/float64(c.policies), c.weaker, c.stricter, c.wrong)
	if c.falseAlarms*100 >= c.policies {
		t.Errorf("%d false alarms in %d policies", c.falseAlarms, c.policies)
	}
	if c.lockouts < c.policies/10 || c.weaker < c.policies/10 || c.stricter < c.policies/10 || c.lockouts > c.policies*9/10 {
		t.Error("the policies are too much alike to prove anything")
	}
}

// evaluate compares the verdict on a partial request with the strictest outcome for every possible
// workload of the request.
func (g gen) evaluate(t *testing.T, p admission.Policy) {
	t.Helper()
	w, image, who := workers[g.IntN(len(workers))], userCorpus[g.IntN(len(userCorpus))], sets[g.IntN(len(sets))]
	said := g.partly(w)
	if _, tagged := admission.ParseImage(image); tagged == nil && !digested.MatchString(image) {
		who = nil
	}
	want := 0
	for _, o := range workers {
		if said.couldBe(o) {
			want = max(want, outcome(ruleFor(p, o), listed(p, image), who))
		}
	}
	r := admission.Request{
		Image:          image,
		Cluster:        said.cluster,
		Namespace:      said.namespace,
		ServiceAccount: said.account,
		IstioIdentity:  said.identity,
	}
	v := p.Evaluate(r, &admission.Policy{}, vouched(who))
	got := 2
	if v.Admitted {
		got = 0
	}
	if v.WouldBlock {
		got = 1
	}
	if got != want {
		t.Errorf("%+v: got %+v, want outcome %d\nof %+v", r, v, want, p)
	}
}
