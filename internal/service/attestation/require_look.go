package attestation

import (
	"context"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// discovery is the kind of occurrence with the status of a scan.
const discovery = "DISCOVERY"

// sight is the result of one look.
type sight struct {
	// failed are failed checks, absent are checks without results, and unread are checks with
	// unreadable results. Each error has its attribute.
	failed, absent, unread []error
	// waiting describes an unfinished scan.
	waiting *gcp.Error
}

func (s sight) failures() []error { return slices.Concat(s.unread, s.failed, s.absent) }

// look evaluates the image with the current results.
func (d *demand) look(ctx context.Context) (seen sight) {
	evidence := guard.ConformanceEvidence(d.clients)
	for _, c := range d.checks {
		first, err := c.read(ctx, evidence, d.image, c.kinds[0])
		if err == nil && c.kinds[0] == discovery {
			if still := unfinished(first, d.image, c.projects); still != nil {
				seen.waiting = still
				continue
			}
		}
		for _, kind := range c.kinds[1:] {
			if err == nil {
				_, err = c.read(ctx, evidence, d.image, kind)
			}
		}
		if err != nil {
			seen.unread = append(seen.unread, &lifecycle.AttributeError{Path: c.at, Err: err})
			continue
		}
		d.judge(ctx, evidence, c, first, &seen)
	}
	return seen
}

// read looks up the occurrences of a check by project. It returns Google's own error with a remedy;
// an evaluator would turn it into a doubt.
func (c demandedCheck) read(
	ctx context.Context, evidence conformance.Evidence, image, kind string,
) (found [][]conformance.Occurrence, err error) {
	for _, project := range c.projects {
		occurrences, err := evidence.Occurrences(ctx, project, kind, image)
		if err != nil {
			return nil, err
		}
		found = append(found, occurrences)
	}
	return found, nil
}

// judge evaluates a check after its results were read.
func (d *demand) judge(ctx context.Context, evidence conformance.Evidence, c demandedCheck, found [][]conformance.Occurrence, seen *sight) {
	evaluator := &conformance.Evaluator{Evidence: evidence, Now: time.Now()}
	result := evaluator.Check(ctx, c.check, d.image)
	if result.Possible.Strictest() == conformance.Conformant {
		return
	}
	all := slices.Concat(found...)
	refused := &lifecycle.AttributeError{Path: c.at, Err: d.refusal(c, result, all)}
	if len(all) == 0 {
		seen.absent = append(seen.absent, refused)
		return
	}
	seen.failed = append(seen.failed, refused)
}
