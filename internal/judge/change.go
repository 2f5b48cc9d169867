package judge

import "github.com/binauthz/terraform-provider-binauthz/internal/admission"

// Requirement is an image that has to be admitted. Path names the attribute: its Field, and its Index in the list.
type Requirement struct {
	Path    admission.Path
	Request admission.Request
	// Running says that the image runs: an attestation that the same run makes does not count, because nothing says that it comes.
	Running bool
	// Workload is what runs the image, for a person; "" if that is not told.
	Workload string
}

// Change is a change of a policy, with what it has to hold.
type Change struct {
	Before, After Outlook
	Requirements  []Requirement
	// Acknowledged says that the user wants what looks like a lock-out.
	Acknowledged bool
	Evidence     Evidence
}

// Findings are the lock-outs that the change brings, and the requirements that are not met after it, whoever is to blame for that.
func (c Change) Findings() []Finding {
	var found []Finding
	if !c.Acknowledged {
		found = c.lockouts()
	}
	return append(found, c.Unmet()...)
}

// Unmet are the images that have to be admitted and are refused after the change.
func (c Change) Unmet() (found []Finding) {
	for _, must := range c.Requirements {
		if f := c.unmet(must); f != nil {
			found = append(found, *f)
		}
	}
	return found
}

func (c Change) unmet(must Requirement) *Finding {
	if err := must.Request.Check(); err != nil {
		return &Finding{Code: InvalidRequirement, Severity: Refused, Path: must.Path, Message: err.Error()}
	}
	strict := c.ask(must, false)
	verdict := strict.evaluate(c.After.worst(), must.Request)
	if verdict.Admitted {
		return nil
	}
	image := must.Request.Image
	decisive := strict
	if strict.open || !c.After.Known() {
		decisive = c.ask(must, true)
		if verdict = decisive.evaluate(c.After.Lenient, must.Request); verdict.Admitted {
			return &Finding{
				Code: ImageRefused, Severity: Unchecked, Reason: strict.openReason, Path: must.Path, Image: image,
				Message: "whether " + image + " is admitted" + because(strict.why),
			}
		}
	}
	reason, attestor := decisive.reason(verdict)
	return &Finding{
		Code: ImageRefused, Severity: Refused, Reason: reason, Attestor: attestor, Path: must.Path, Image: image, Running: must.Running,
		Message: must.about(verdict.Reason),
	}
}

func (c Change) ask(must Requirement, lenient bool) *question {
	q := ask(c.Evidence, lenient)
	q.running = must.Running
	return q
}

// about puts what runs the image before what is said of it.
func (r Requirement) about(text string) string {
	if r.Workload == "" {
		return text
	}
	return r.Workload + ": " + text
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// Worsened are the requirements of a change that are met by the evidence now and are certain not to be by the evidence later.
func Worsened(c Change, now, later Evidence) []Finding {
	c.Evidence = later
	lost := refused(c.Unmet())
	if len(lost) == 0 {
		return nil
	}
	c.Evidence = now
	return without(lost, c.Unmet())
}
