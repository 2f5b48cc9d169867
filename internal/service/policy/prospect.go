package policy

import (
	"context"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// prospect is the proof of what a plan leads to: nothing is known of attestors that the same plan makes or changes, or whose names are
// not known yet. In an apply they are there, and everything is known.
type prospect struct {
	*proof
	applying, lenient bool
	// guessed says that an answer was a guess.
	guessed bool
}

func (p *prospect) open(attestor string) bool {
	return attestor == unknownAttestor || (!p.applying && p.clients.Claims(attestor).Has(gcp.Changing))
}

// Verified implements admission.Attestations.
func (p *prospect) Verified(attestor, image string) (ok bool, why string) {
	if p.open(attestor) {
		p.guessed = true
		return p.lenient, "its attestations are not known yet"
	}
	if ok, why = p.proof.Verified(attestor, image); !ok && p.willBeAttested(attestor, image) {
		p.guessed = true
		return p.lenient, "the attestation that this plan makes is not there yet"
	}
	return ok, why
}

// willBeAttested says that the same plan attests the image; the apply will see.
func (p *prospect) willBeAttested(attestor, image string) bool {
	_, digest, _ := strings.Cut(image, "@")
	return !p.applying && p.clients.Claims(attestor+"@"+digest).Has(gcp.Coming)
}

// keys is the number of keys of an attestor, if that is known.
func (p *prospect) keys(attestor string) (n int, known bool) {
	if p.open(attestor) {
		p.guessed = p.guessed || attestor == unknownAttestor
		return 0, false
	}
	name, err := resname.ParseAttestor(attestor, "")
	if err != nil {
		return 0, false
	}
	a, err := p.clients.Attestor(p.ctx, name)
	return len(a.GetUserOwnedGrafeasNote().GetPublicKeys()), err == nil
}

// evaluate is the verdict on a request by a policy.
func (p *prospect) evaluate(policy *gcp.Policy, r admission.Request) admission.Verdict {
	rules := rulesOf(policy)
	return rules.Evaluate(r, p.system(rules, r), p)
}

// prospect begins a question to which the answers are remembered as guessed or not.
func (j judgement) prospect(ctx context.Context, lenient bool) *prospect {
	return &prospect{proof: newProof(ctx, j.clients), applying: j.applying, lenient: lenient}
}
