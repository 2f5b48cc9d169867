package policy

import (
	"context"
	"fmt"
	"slices"
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
	// rotated is an attestor whose keys after this plan verify nothing of what they verify now.
	rotated string
	// keysOpen are the attestors whose number of keys is not known.
	keysOpen []string
}

func (p *prospect) open(attestor string) bool {
	return attestor == unknownAttestor || (!p.applying && p.clients.Claims(attestor).Has(gcp.Changing))
}

// Verified implements admission.Attestations.
func (p *prospect) Verified(attestor, image string) (ok bool, why string) {
	if p.open(attestor) {
		return p.foreseen(attestor, image)
	}
	if ok, why = p.proof.Verified(attestor, image); !ok && p.willBeAttested(attestor, image) {
		p.guessed = true
		return p.lenient, "the attestation that this plan makes is not there yet"
	}
	return ok, why
}

// foreseen judges by the keys that the same plan gives the attestor, where that is enough to tell.
func (p *prospect) foreseen(attestor, image string) (ok bool, why string) {
	planned, known := p.clients.PlannedKeys(attestor)
	if e, none := p.evidence(attestor, image); known && none == "" {
		switch {
		case e.verifies(planned.Known):
			return true, "attested by " + attestor
		case !e.names(planned.Open) && !p.willBeAttested(attestor, image):
			p.rotated = attestor
			return false, fmt.Sprintf("of %d attestations none verifies with a key that this plan leaves the attestor", len(e.occurrences))
		}
	}
	p.guessed = true
	return p.lenient, "its attestations are not known yet"
}

// willBeAttested says that the same plan attests the image; the apply will see.
func (p *prospect) willBeAttested(attestor, image string) bool {
	_, digest, _ := strings.Cut(image, "@")
	return !p.applying && p.clients.Claims(attestor+"@"+digest).Has(gcp.Coming)
}

// keys is the number of keys of an attestor, if that is known: of one that the same plan makes or changes the number that it plans.
func (p *prospect) keys(attestor string) (n int, known bool) {
	if p.open(attestor) {
		planned, known := p.clients.PlannedKeys(attestor)
		if !known {
			p.leaveOpen(attestor)
		}
		return planned.Number(), known
	}
	name, err := resname.ParseAttestor(attestor, "")
	if err != nil {
		return 0, false
	}
	a, err := p.clients.Attestor(p.ctx, name)
	return len(a.GetUserOwnedGrafeasNote().GetPublicKeys()), err == nil
}

func (p *prospect) leaveOpen(attestor string) {
	p.guessed = true
	if attestor != unknownAttestor && !slices.Contains(p.keysOpen, attestor) {
		p.keysOpen = append(p.keysOpen, attestor)
	}
}

// uncounted says of which attestors the number of keys is not known, where their names are.
func (p *prospect) uncounted() string {
	if len(p.keysOpen) == 0 {
		return ""
	}
	return ", because the number of keys is not known yet of " + strings.Join(p.keysOpen, ", ")
}

// evaluate is the verdict on a request by a policy.
func (p *prospect) evaluate(policy *gcp.Policy, r admission.Request) admission.Verdict {
	rules := gcp.Rules(policy)
	return rules.Evaluate(r, p.system(rules, r), p)
}

// prospect begins a question to which the answers are remembered as guessed or not.
func (j judgement) prospect(ctx context.Context, lenient bool) *prospect {
	return &prospect{proof: newProof(ctx, j.clients), applying: j.applying, lenient: lenient}
}
