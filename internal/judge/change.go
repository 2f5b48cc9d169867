package judge

import "github.com/binauthz/terraform-provider-binauthz/internal/admission"

// Requirement is an image to be admitted. Path names the attribute by Field, and the list element
// by Index.
type Requirement struct {
	Path    admission.Path
	Request admission.Request
	// Running means that the image runs now: only existing attestations count.
	Running bool
	// Workload is the workload of the image for messages, "" if unknown.
	Workload string
}

// Change is a change of a policy with its requirements.
type Change struct {
	Before, After Outlook
	Requirements  []Requirement
	// Acknowledged means that the user accepts a lock-out.
	Acknowledged bool
	Evidence     Evidence
}

// Findings are the new lock-outs, and all requirements not met after the change, also those not met
// before.
func (c Change) Findings() []Finding {
	var found []Finding
	if !c.Acknowledged {
		found = c.lockouts()
	}
	return append(found, c.Unmet()...)
}

// Unmet are the required images refused after the change.
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
				Code: ImageRefused, Severity: Unchecked, Reason: strict.openReason, Path: must.Path, Image: image, Request: must.Request,
				Message: "whether " + image + " is admitted" + because(strict.why),
			}
		}
	}
	reason, attestor := decisive.reason(verdict)
	return &Finding{
		Code: ImageRefused, Severity: Refused, Reason: reason, Attestor: attestor, Path: must.Path, Image: image, Request: must.Request,
		Running: must.Running, Message: must.about(verdict.Reason),
	}
}

func (c Change) ask(must Requirement, lenient bool) *question {
	q := ask(c.Evidence, lenient)
	q.running = must.Running
	return q
}

// about prepends the workload to a text.
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

// Worsened are the requirements of a change met with the evidence now, and certainly not met with
// the evidence later.
func Worsened(c Change, now, later Evidence) []Finding {
	c.Evidence = later
	lost := refused(c.Unmet())
	if len(lost) == 0 {
		return nil
	}
	c.Evidence = now
	return without(lost, c.Unmet())
}
