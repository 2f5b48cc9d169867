package probe

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// Outcome is the outcome of a probe.
type Outcome string

// The outcomes.
const (
	AsEmulated   Outcome = "as emulated"
	Differs      Outcome = "differs"
	NotPermitted Outcome = "not permitted"
	Skipped      Outcome = "skipped"
	Failed       Outcome = "failed"
)

var outcomes = []Outcome{AsEmulated, Differs, NotPermitted, Skipped, Failed}

// Result is the outcome of one probe, without project names, numbers, addresses and times.
type Result struct {
	ID      string  `json:"id"`
	Outcome Outcome `json:"outcome"`
	// Want are the emulator's answers, Got the target's.
	Want []string `json:"want"`
	Got  []string `json:"got,omitempty"`
	// Said are the texts of errors. They are not compared.
	Said   []string `json:"said,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

func (r Result) skipped(why string) Result {
	r.Outcome, r.Reason, r.Got, r.Said = Skipped, why, nil, nil
	return r
}

// Report is the outcome of a run.
type Report struct {
	Results []Result `json:"results"`
}

// Count returns the number of probes with an outcome.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, result := range r.Results {
		if result.Outcome == o {
			n++
		}
	}
	return n
}

// Summary returns one line with all counts.
func (r Report) Summary() string {
	parts := []string{fmt.Sprintf("%d probes", len(r.Results))}
	for _, o := range outcomes {
		if n := r.Count(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// WriteTable prints a line for each probe, followed by both answers if they differ.
func (r Report) WriteTable(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROBE\tOUTCOME\tREASON")
	for _, result := range r.Results {
		fmt.Fprintf(table, "%s\t%s\t%s\n", result.ID, result.Outcome, result.Reason)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, result := range r.Results {
		if result.Outcome == Differs || result.Outcome == Failed {
			_, err := io.WriteString(w, "\n"+result.difference())
			if err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(w, "\n"+r.Summary())
	return err
}

// difference shows both answers in order: "-" for lines only from the emulator, "+" for lines only
// from the target.
func (r Result) difference() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s:\n", r.ID, r.Outcome)
	got := r.Got
	for _, line := range r.Want {
		at := slices.Index(got, line)
		if at < 0 {
			fmt.Fprintf(&b, "  - %s\n", line)
			continue
		}
		added(&b, got[:at])
		fmt.Fprintf(&b, "    %s\n", line)
		got = got[at+1:]
	}
	added(&b, got)
	for _, line := range r.Said {
		fmt.Fprintf(&b, "    (%s)\n", line)
	}
	return b.String()
}

func added(b *strings.Builder, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(b, "  + %s\n", line)
	}
}

// Encode returns the content of an outcome file: JSON for the extension .json, Markdown for .md.
func (r Report) Encode(name string) ([]byte, error) {
	switch filepath.Ext(name) {
	case ".json":
		raw, err := json.MarshalIndent(r, "", "  ")
		return append(raw, '\n'), err
	case ".md":
		return []byte(r.markdown()), nil
	}
	return nil, fmt.Errorf("%s: must end with .json or .md", name)
}

func (r Report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Conformance probes\n\n%s\n\n| Probe | Outcome | Reason |\n|---|---|---|\n", r.Summary())
	for _, result := range r.Results {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", result.ID, result.Outcome, strings.ReplaceAll(result.Reason, "|", `\|`))
	}
	for _, result := range r.Results {
		if result.Outcome == Differs || result.Outcome == Failed {
			fmt.Fprintf(&b, "\n```diff\n%s```\n", undent(result.difference()))
		}
	}
	return b.String()
}

// undent moves the marks of a difference to the start of the line, where Markdown colors them.
func undent(text string) string { return strings.ReplaceAll(text, "\n  ", "\n") }
