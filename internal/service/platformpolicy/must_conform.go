package platformpolicy

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// planConformance evaluates the images of must_conform with the planned policy. standing means that
// the plan changes neither the policy nor must_conform.
func planConformance(ctx context.Context, c *change, standing bool) {
	if c.Diags.HasError() || c.Model.MustConform.IsNull() || len(c.Model.MustConform.Elements()) == 0 && !c.Model.MustConform.IsUnknown() {
		return
	}
	images, open, err := readMustConform(c.Model.MustConform)
	if err != nil {
		refuseWorkload(c, err)
		return
	}
	if c.Clients.Unconfigured() {
		guard.WarnOfUnconfigured(c.Diags, c.Model.ID.ValueString())
		return
	}
	policy, err := outlookOf(ctx, &c.Model.shown)
	if err != nil {
		c.Diags.AddAttributeError(root, "Cannot plan platform policy", err.Error())
		return
	}
	evidence := guard.ConformanceEvidence(c.Clients)
	all := judgeAll(gcp.InHaste(ctx), evidence, policy, images)
	warnOfLosses(gcp.InHaste(ctx), c, evidence, policy, images, all)
	for i, found := range all {
		if !standing {
			found.await()
		}
		found.tell(c, images[i].at, standing)
		for _, later := range found.later {
			open = append(open, images[i].at.String()+": "+later)
		}
	}
	guard.WarnOfUnchecked(c.Diags, c.Model.ID.ValueString(), open, policy.unknown)
}

// warnOfLosses warns of images that conform now, but not without the attestations that the plan
// destroys. It knows the destroys planned so far.
func warnOfLosses(
	ctx context.Context, c *change, evidence *guard.CheckEvidence, policy *outlook, images []wanted, now []findings,
) {
	leaving := c.Walk.LeavingAttestations()
	if len(leaving) == 0 {
		return
	}
	for i, after := range judgeAll(ctx, evidence.Without(leaving), policy, images) {
		after.warnOfLoss(c, images[i].at, &now[i])
	}
}

// checkConformance evaluates the images of must_conform right before the policy is written.
func checkConformance(ctx context.Context, c *change, policy *gcp.PlatformPolicy) error {
	images, _, err := readMustConform(c.Model.MustConform)
	if err != nil || len(images) == 0 {
		return err
	}
	evidence := guard.ConformanceEvidence(c.Clients)
	all := judgeAll(ctx, evidence, &outlook{strict: policy, lenient: policy}, images)
	wrong := nothingWritten(images, func(i int) string {
		if len(all[i].wrong) == 0 {
			return ""
		}
		return all[i].refusal()
	})
	if wrong != nil {
		return wrong
	}
	unread := nothingWritten(images, func(i int) string {
		return all[i].unread(evidence.Passing)
	})
	if unread != nil {
		return unread
	}
	for i, found := range all {
		found.tell(c, images[i].at, false)
	}
	return nil
}

// nothingWritten is the error of the elements that have a reason not to write, at the first of
// them.
func nothingWritten(images []wanted, why func(i int) string) error {
	var lines []string
	var at path.Path
	for i, element := range images {
		if line := why(i); line != "" {
			if lines == nil {
				at = element.at
			}
			lines = append(lines, element.at.String()+": "+line)
		}
	}
	if lines == nil {
		return nil
	}
	return &lifecycle.AttributeError{Path: at, Err: errors.New("nothing was written.\n\n" + strings.Join(lines, "\n\n"))}
}

// together is the number of pods evaluated at the same time, to share reads.
const together = 8

// judgementLimit is the time for all look-ups of one judgement. Each takes less than a second; the
// rest is for attempts during a short outage.
const judgementLimit = 2 * time.Minute

// judgeAll evaluates the images of each element.
func judgeAll(ctx context.Context, evidence conformance.Evidence, policy *outlook, images []wanted) []findings {
	ctx, cancel := context.WithTimeout(ctx, judgementLimit)
	defer cancel()
	judge := conformance.Evaluator{Evidence: evidence, Now: time.Now()}
	all, free := make([]findings, len(images)), make(chan struct{}, together)
	var done sync.WaitGroup
	for i, element := range images {
		verdicts := make([]podVerdict, len(element.pods))
		all[i].pods = verdicts
		for j, pod := range element.pods {
			free <- struct{}{}
			done.Go(func() {
				defer func() { <-free }()
				verdicts[j] = policy.judge(ctx, &judge, pod)
			})
		}
	}
	done.Wait()
	for i := range all {
		all[i].sort()
	}
	return all
}
