package admission

import "strings"

// fault is the failure of an image against a rule. sentence is "" if the rule is met.
type fault struct {
	sentence  string
	attestors []string // the attestors without an attestation of the image
	remarks   []string // additions to the sentence
}

// objection is the answer of one attestor. sentence is "" if it has attested the image.
type objection struct{ sentence, why string }

func (e evaluation) fault(r Rule, memo map[string]objection) fault {
	switch r.Evaluation {
	case AlwaysAllow:
		return fault{}
	case AlwaysDeny:
		return fault{sentence: byMode(string(r.Evaluation))}
	case RequireAttestation:
		return e.unattested(r, memo)
	default:
		return fault{sentence: byMode("EVALUATION_MODE_UNSPECIFIED"), remarks: []string{"the rule has no evaluation mode"}}
	}
}

// unattested collects the objections of all attestors of a rule. Like Google, it asks all of them.
func (e evaluation) unattested(r Rule, memo map[string]objection) (f fault) {
	if len(r.Attestors) == 0 {
		return fault{sentence: byMode(string(r.Evaluation)), remarks: []string{"the rule has no attestor"}}
	}
	var sentences []string
	for _, name := range r.Attestors {
		if _, ok := memo[name]; !ok {
			memo[name] = e.ask(name)
		}
		if no := memo[name]; no.sentence != "" {
			f.attestors, sentences = append(f.attestors, name), append(sentences, no.sentence)
		}
	}
	f.sentence = strings.Join(sentences, ". ")
	for _, name := range f.attestors {
		if why := memo[name].why; why != "" {
			f.remarks = append(f.remarks, whose(name, why, len(f.attestors) > 1))
		}
	}
	return f
}

// whose adds the name of the attestor to a remark, if there are several attestors.
func whose(attestor, why string, several bool) string {
	if !several || strings.Contains(why, attestor) {
		return why
	}
	return attestor + ": " + why
}

// ask is the objection of one attestor. An attestation is for a digest, so an image named by tag
// has none (https://cloud.google.com/binary-authorization/docs/using-container-image-digests), nor
// has one with a malformed digest.
func (e evaluation) ask(attestor string) objection {
	image := e.request.Image
	switch {
	case !hasDigest(image):
		return objection{sentence: byAttestor(image, attestor, noDigest)}
	case e.attestations == nil:
		return objection{Unattested(image, attestor), "attestations were not looked up"}
	}
	ok, why := e.attestations.Verified(attestor, image)
	if ok {
		return objection{}
	}
	return objection{Unattested(image, attestor), why}
}
