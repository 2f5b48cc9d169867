package guard

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
)

// gateResult is what the log says of a change.
type gateResult struct {
	window           auditlog.Window
	refused          []refusedTrial
	waived, admitted int
	// cut is the number of entries after which no more were read; 0 if all were.
	cut int
}

// gateRows bounds a table, so that it can be read.
const gateRows = 40

// detail is "" if nothing would be refused.
func (r *gateResult) detail() string {
	var b strings.Builder
	if len(r.refused) > 0 {
		fmt.Fprintf(&b, "a dry run let these pods pass between %s and %s, and enforcement would refuse them now:\n\n%s",
			stamp(r.window.Since), stamp(r.window.Until), table(r.refused))
		b.WriteString("\nAttest the images, exempt them with a pattern, or stop running them. What may be refused goes into waive of " + FieldGate + ".")
	}
	if r.cut > 0 {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "the audit log has more than %d refusals by a dry run in this time, and only the newest were looked at. "+
			"Mend what they name, or set a shorter lookback.", r.cut)
	}
	if b.Len() > 0 && r.waived+r.admitted > 0 {
		fmt.Fprintf(&b, "\n\nOf other refusals by the dry run, %d are waived and %d would be admitted now.", r.waived, r.admitted)
	}
	return b.String()
}

// table has a line for each workload and image, and below it why the image is refused. Terraform wraps no line that begins with a space.
func table(rows []refusedTrial) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  PODS\tLAST SEEN\tCLUSTER\tWORKLOAD\tIMAGE")
	for i, row := range rows {
		if i == gateRows {
			fmt.Fprintf(w, "  and %d more\n", len(rows)-gateRows)
			break
		}
		fmt.Fprintf(w, "  %d\t%s\t%s\t%s %s/%s\t%s\n", row.Count, stamp(row.Last), row.Place(), row.Workload.Kind, row.Namespace, row.Workload.Name, row.Image)
	}
	_ = w.Flush() // a strings.Builder never fails
	return b.String() + "\n" + reasons(rows)
}

// reasons are the distinct ones, in the order of the table.
func reasons(rows []refusedTrial) string {
	var b strings.Builder
	seen := map[string]bool{}
	for i, row := range rows {
		if i < gateRows && !seen[row.why] {
			seen[row.why] = true
			b.WriteString("  " + row.why + "\n")
		}
	}
	return b.String()
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// tooLittle says for each rule how many pods were created.
func (l *gateLook) tooLittle(seen []int, missing []string, complete bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: between %s and %s too few pods were created on clusters that evaluate the policy. "+
		"No refusal in so little time or traffic proves nothing:\n\n", l.ID, stamp(l.window.Since), stamp(l.window.Until))
	for i, turn := range l.turns {
		if seen[i] < l.Gate.MinPodCreations {
			fmt.Fprintf(&b, "  %s: %d of %d\n", turn.Path, seen[i], l.Gate.MinPodCreations)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, "\nGKE did not answer for %s, so pods there do not count.", strings.Join(missing, ", "))
	}
	if !complete {
		fmt.Fprintf(&b, "\nOnly the newest %d entries of the log were read.", gateEntries)
	}
	b.WriteString("\nWait for more pods, restart workloads under the dry run (kubectl rollout restart), or set min_pod_creations lower or lookback longer.")
	return b.String()
}
