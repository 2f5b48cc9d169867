package guard

import (
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// words are the summary and the detail of a finding that is certain.
func (g Policy) words(f judge.Finding) (summary, detail string) {
	switch f.Code {
	case judge.InvalidRequirement:
		return "Invalid requirement", f.Message
	case judge.ImageRefused:
		return "Policy refuses an image that it must admit", projectpolicy.ID(g.Project) + " would refuse it: " + f.Message + g.advice(f)
	}
	detail = f.Message + adviceToAcknowledge
	if f.Part != "" {
		detail = f.Part + ": " + detail
	}
	return "Policy locks out: " + f.Code, detail + g.adviceToNeed()
}

// advice is what can be done about an image that is refused.
func (g Policy) advice(f judge.Finding) string {
	text := ""
	switch f.Reason {
	case judge.AttestationMissing, judge.AttestationComes:
		if f.Running {
			text = "\n\nThe image runs now, so only attestations that exist count. Attest it in an apply of its own first, and enforce then."
			break
		}
		text = "\n\nIf this configuration attests the image, refer to it in must_admit (binauthz_attestation.NAME.image), or let this resource depend on it (depends_on), so that it comes first."
	case judge.KeyLeaves:
		text = "\n\nThis plan changes the keys of " + f.Attestor + ". Attest the image with a key that stays, and take the other key away after that. If it has to go at once, take the image out of must_admit; " +
			"if this configuration attests it again, refer to that in must_admit (binauthz_attestation.NAME.image), or let this resource depend on it (depends_on)."
	case judge.AttestationLeaves:
		text = "\n\nThis plan destroys the attestation. Take the image out of must_admit and apply that first, or keep the attestation."
	case judge.AttestorLeaves:
		text = "\n\nThis plan destroys " + f.Attestor + ". Let the policy require another attestor and apply that first, or keep this one."
	case judge.NoReason:
	}
	if f.Part != "" {
		text += "\n\n" + f.Part + " must have it admitted."
	}
	return text + g.adviceToNeed()
}

// adviceToNeed is for a part of a policy, which counts on another part only if it names it.
func (g Policy) adviceToNeed() string {
	if g.ID == projectpolicy.ID(g.Project) {
		return ""
	}
	return "\n\nIf another rule or allowlist pattern of this configuration changes that, name its id in needs: then it is planned and written first, and counts."
}

const adviceToAcknowledge = "\n\nIf that is what you want, set acknowledge_lockout = true."
