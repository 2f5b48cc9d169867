package guard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
)

// gateResult summarizes the logged refusals for a change.
type gateResult struct {
	window           auditlog.Window
	refused          []refusedTrial
	waived, admitted int
	// cut is the number of entries read if there are more, else 0.
	cut int
}

// imageRows is the maximum number of workloads per image in a table. Every image is in the table.
const imageRows = 5

// tell adds the problem in the result, if any.
func (l *gateLook) tell(r *gateResult) {
	switch {
	case len(r.refused) > 0:
		l.add("Enforcement would refuse pods that the dry run admitted", l.ID+": "+r.refusals()+l.adviceToNeed()+r.others())
	case r.cut > 0:
		l.add("Too many refusals in the audit log", fmt.Sprintf(
			"%s: the audit log has more than %d refusals by a dry run since %s, by this rule and others. The gate reads only the newest. "+
				"Set a shorter lookback, or fix the most frequent refusals: data.binauthz_denials lists them.",
			l.ID, r.cut, stamp(r.window.Since)))
	}
}

func (r *gateResult) refusals() string {
	text := fmt.Sprintf("the dry run admitted these pods between %s and %s, and enforcement would refuse them now:\n\n%s",
		stamp(r.window.Since), stamp(r.window.Until), table(r.refused))
	text += "\nAttest the images, exempt them with a pattern, or stop running them. To accept the refusal of an image, add a pattern " +
		"for it to " + FieldGate + ".waive."
	if r.cut > 0 {
		text += fmt.Sprintf("\n\nThe audit log has more than %d refusals in this time. The gate reads only the newest.", r.cut)
	}
	return text
}

func (r *gateResult) others() string {
	if r.waived+r.admitted == 0 {
		return ""
	}
	return fmt.Sprintf("\n\nOf other refusals by the dry run, %d are waived and %d would be admitted now.", r.waived, r.admitted)
}

// table has a line for each workload and image, followed by the reasons of the refusals. Lines
// begin with a space, because Terraform does not wrap such lines.
func table(rows []refusedTrial) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  PODS\tLAST SEEN\tCLUSTER\tWORKLOAD\tIMAGE")
	shown := map[string]int{}
	for _, row := range rows {
		if shown[row.Image]++; shown[row.Image] <= imageRows {
			fmt.Fprintf(w, "  %d\t%s\t%s\t%s %s/%s\t%s\n", row.Count, stamp(row.Last), row.Place(),
				row.Workload.Kind, row.Namespace, row.Workload.Name, row.Image)
		}
	}
	_ = w.Flush() // a strings.Builder never fails
	for _, image := range slices.Sorted(maps.Keys(shown)) {
		if more := shown[image] - imageRows; more > 0 {
			fmt.Fprintf(&b, "  and %d more workloads with %s\n", more, image)
		}
	}
	return b.String() + "\n" + reasons(rows)
}

// reasons are the distinct reasons, in the order of the table.
func reasons(rows []refusedTrial) string {
	var b strings.Builder
	seen := map[string]bool{}
	for _, row := range rows {
		if !seen[row.why] {
			seen[row.why] = true
			b.WriteString("  " + row.why + "\n")
		}
	}
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

const tooLittleEvidence = "Too little evidence for enforcement"

// tooEarly is for the time in which clusters can still use the earlier policy.
func (l *gateLook) tooEarly() string {
	return fmt.Sprintf("%s: the policy or the rule has changed. Until %s, clusters can still use the one from before the change, "+
		"so pods created before this time are no evidence.\n\n"+
		"After this time, wait for new pods or restart workloads (kubectl rollout restart), and apply again.",
		l.ID, stamp(l.since))
}

// tooLittle lists the number of created pods for each rule.
func (l *gateLook) tooLittle(seen []int, complete bool) string {
	var b strings.Builder
	after := ""
	if p := l.Clients.Propagation(); p > 0 {
		after = fmt.Sprintf("%.0f minutes after ", p.Minutes())
	}
	fmt.Fprintf(&b, "%s: between %s (%sthe last change of the policy, or the start of lookback) and %s, too few pods were created "+
		"on clusters that evaluate the policy. So an audit log without refusals proves nothing:\n\n",
		l.ID, stamp(l.since), after, stamp(l.window.Until))
	for i, turn := range l.turns {
		if seen[i] < l.want[i] {
			fmt.Fprintf(&b, "  %s: %d of %d\n", turn.Path, seen[i], l.want[i])
		}
	}
	if len(l.missing) > 0 {
		fmt.Fprintf(&b, "\nGKE did not answer for %s, so pods there do not count.", strings.Join(l.missing, ", "))
	}
	if !complete {
		fmt.Fprintf(&b, "\nOnly the newest %d entries of the log were read.", gateEntries)
	}
	b.WriteString("\nWait for more pods, restart workloads under the dry run (kubectl rollout restart), or set a lower " +
		"min_pod_creations or a longer lookback.")
	return b.String()
}
