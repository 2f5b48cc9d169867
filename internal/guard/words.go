package guard

import (
	"github.com/binauthz/terraform-provider-binauthz/internal/judge"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// words are the summary and the detail of a certain finding.
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
	return "Policy lock-out: " + f.Code, detail + g.adviceToNeed()
}

// advice is the remedy for a refused image.
func (g Policy) advice(f judge.Finding) string {
	text := ""
	switch f.Reason {
	case judge.AttestationMissing, judge.AttestationComes:
		if f.Running {
			text = "\n\nThe image runs now, so only existing attestations count. Attest it in a separate apply first, then enforce."
			break
		}
		text = "\n\nIf this configuration attests the image, refer to the attestation in must_admit (binauthz_attestation.NAME.image), " +
			"or add the attestation to depends_on of this resource. Terraform then creates it first."
	case judge.KeyLeaves:
		text = "\n\nThis plan changes the keys of " + f.Attestor + ". First attest the image with a remaining key, and remove the other " +
			"key afterwards. To remove the key at once, remove the image from must_admit. " +
			"If this configuration attests the image again, refer to the new attestation in must_admit " +
			"(binauthz_attestation.NAME.image), or add it to depends_on of this resource."
	case judge.AttestationLeaves:
		text = "\n\nThis plan destroys the attestation. Keep it, or remove the image from must_admit and apply this change first."
	case judge.AttestorLeaves:
		text = "\n\nThis plan destroys " + f.Attestor + ". Keep it, or change the policy to require another attestor and apply this " +
			"change first."
	case judge.NoReason:
	}
	if f.Part != "" {
		text += "\n\n" + f.Part + " must admit the image."
	}
	return text + g.adviceToNeed()
}

// adviceToNeed is the advice for a part of a policy: other parts count only if they are in needs.
func (g Policy) adviceToNeed() string {
	if g.ID == projectpolicy.ID(g.Project) {
		return ""
	}
	return "\n\nIf another rule or allowlist pattern of this configuration fixes this, add its id to needs. " +
		"Terraform then plans and writes it first, and it counts."
}

const adviceToAcknowledge = "\n\nTo accept the lock-out, set acknowledge_lockout = true."
