package admission

import "strings"

// fault is how an image fails a rule. Its sentence is "" if it does not.
type fault struct {
	sentence  string
	attestors []string // those that do not vouch for the image
	remarks   []string // what is to be said beside the sentence
}

// objection is what an attestor says against an image: no sentence if it vouches for it.
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

// unattested collects what the attestors of a rule say against the image. All of them are asked: so does Google.
func (e evaluation) unattested(r Rule, memo map[string]objection) (f fault) {
	if len(r.Attestors) == 0 {
		return fault{sentence: byMode(string(r.Evaluation)), remarks: []string{"the rule names no attestor"}}
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

// whose names the attestor that a remark is about, where that may be one of several.
func whose(attestor, why string, several bool) string {
	if !several || strings.Contains(why, attestor) {
		return why
	}
	return attestor + ": " + why
}

// ask is for one attestor. Attestations are made for a digest, so an image that is named by tag never has one
// (https://cloud.google.com/binary-authorization/docs/using-container-image-digests).
func (e evaluation) ask(attestor string) objection {
	image := e.request.Image
	switch {
	case !strings.Contains(image, "@"):
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
