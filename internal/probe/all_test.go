package probe

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const documentation = "../emulator/doc.go"

// TestProbesHoldOnTheEmulator runs `make probe`: the emulator gives the expected answer to each
// probe, and no object of a probe remains.
func TestProbesHoldOnTheEmulator(t *testing.T) {
	t.Parallel()
	l := newLab(t, emulator.Options{})
	before := l.ownThings(t)
	report, err := l.Run(t.Context(), All())
	if err != nil {
		t.Error(err)
	}
	// The policy was written before, and has rules for namespaces.
	blocked := []string{"POLICY-ETAG-NEVER-WRITTEN", "POLICY-SPIFFE", "POLICY-KEY-FORM", "POLICY-SPIFFE-TWICE"}
	for _, r := range report.Results {
		if want := map[bool]Outcome{true: Skipped, false: AsEmulated}[slices.Contains(blocked, r.ID)]; r.Outcome != want {
			t.Errorf("%s %s\n%s", r.Outcome, r.Reason, r.difference())
		}
	}
	l.sameThings(t, before)
	l.leaksNothing(t, report)
	for _, p := range only(t, blocked...) {
		if r := newLab(t, emulator.Options{}).one(t, p); r.Outcome != AsEmulated {
			t.Error(r.difference())
		}
	}
}

// leaksNothing checks the files to commit for names of the project.
func (l *lab) leaksNothing(t *testing.T, report Report) {
	t.Helper()
	for _, name := range []string{"outcome.json", "outcome.md"} {
		raw, err := report.Encode(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{l.Target.Project, l.Target.Number, "@example.com", "/existing"} {
			if i := strings.Index(string(raw), secret); i >= 0 {
				t.Errorf("%s names %q: %s", name, secret, raw[max(0, i-80):i+40])
			}
		}
	}
}

func TestProbesAreComplete(t *testing.T) {
	t.Parallel()
	if err := Check(All()); err != nil {
		t.Error(err)
	}
	if n := len(All()); n < 60 {
		t.Errorf("there are %d probes", n)
	}
	good := All()[0]
	for want, change := range map[string]func(*Probe){
		"is not the id":  func(p *Probe) { p.ID = "lower-case" },
		"not a sentence": func(p *Probe) { p.Unknown = "" },
		"no calls":       func(p *Probe) { p.Want = "\n" },
		"two probes":     func(*Probe) {},
	} {
		bad := good
		bad.ID = map[bool]string{true: good.ID, false: "TEST-BAD"}[want == "two probes"]
		change(&bad)
		if err := Check([]Probe{good, bad}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestListOfUnknownsIsUpToDate(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(documentation)
	if err != nil {
		t.Fatal(err)
	}
	written, err := ReplaceList(string(source), Sections())
	if err != nil {
		t.Fatal(err)
	}
	if written != string(source) {
		t.Error("the list of unknowns in the documentation of package emulator is old: run make unknowns")
	}
	for _, broken := range []string{"package emulator\n", listHeading} {
		if _, err := ReplaceList(broken, Sections()); err == nil {
			t.Errorf("%q has a list", broken)
		}
	}
}

func TestListHasLinesOfLimitedLength(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(List(Sections())) {
		if len(line) > columns+1 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
}
