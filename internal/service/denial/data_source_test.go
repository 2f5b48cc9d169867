package denial_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/kubernetes"
)

const breaking = `image-policy.k8s.io/break-glass: "true"`

// happen creates events of all kinds: two blocked pods an hour ago and three now, two dry runs, one
// break-glass pod, three pods with marks of an outage, and two pods admitted three days ago.
func (g *ground) happen(t *testing.T) {
	t.Helper()
	g.deploy(t, 72*time.Hour, prod, "fine", 2, "")
	g.policy(t, enforced)
	g.deploy(t, time.Hour, prod, "bad", 2, "")
	g.deploy(t, time.Minute, prod, "bad", 3, "")
	g.deploy(t, time.Minute, dev, "bad", 1, "")
	g.deploy(t, time.Minute, prod, "urgent", 1, breaking)
	for _, label := range []string{kubernetes.FailedOpen, kubernetes.FailedOpenOld, kubernetes.FailedOpenByName} {
		g.Emulator.Pods().FailOpen(1, label)
		g.deploy(t, 2*time.Minute, prod, "lucky", 1, "")
	}
	g.policy(t, tried)
	g.deploy(t, 30*time.Hour, dev, "trial", 2, "")
}

var (
	blocked = []string{
		"BLOCKED bad europe-west1-b.dev Deployment bad 1", "BLOCKED bad us-central1.prod Deployment bad 5",
	}
	dryRun     = "DRY_RUN trial europe-west1-b.dev Deployment trial 2"
	breakGlass = "BREAK_GLASS urgent us-central1.prod Deployment urgent 1"
	failOpen   = "FAIL_OPEN lucky us-central1.prod Deployment lucky 3"
)

func TestWhatTheLogSays(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	g.happen(t)
	yesterday := time.Now().Add(-24 * time.Hour).In(time.FixedZone("", 7200)).Format(time.RFC3339)
	for name, c := range map[string]struct {
		content   string
		want      []string
		creations int
	}{
		"all":        {"", append(slices.Clone(blocked), dryRun, breakGlass, failOpen), 14},
		"blocked":    {`kinds = ["BLOCKED"]`, blocked, 14},
		"two kinds":  {`kinds = ["FAIL_OPEN", "DRY_RUN"]`, []string{dryRun, failOpen}, 14},
		"a cluster":  {`clusters = ["europe-west1-b.dev"]`, []string{blocked[0], dryRun}, 3},
		"no cluster": {`clusters = ["europe-west1-b.none"]`, nil, 0},
		"a day":      {`lookback = "24h"`, append(slices.Clone(blocked), breakGlass, failOpen), 10},
		"half an hour": {
			`lookback = "30m"`, []string{blocked[0], "BLOCKED bad us-central1.prod Deployment bad 3", breakGlass, failOpen}, 8,
		},
		"another":       {`project = "elsewhere"`, nil, 0},
		"a long time":   {`lookback = "9600h"`, append(slices.Clone(blocked), dryRun, breakGlass, failOpen), 14},
		"since, a zone": {fmt.Sprintf("since = %q", yesterday), append(slices.Clone(blocked), breakGlass, failOpen), 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, out := g.ask(t, c.content)
			if !slices.Equal(got.lines(), c.want) || got.Creations != c.creations || !got.Complete {
				t.Errorf("got %q, %d creations, complete %t; want %q, %d", got.lines(), got.Creations, got.Complete, c.want, c.creations)
			}
			acctest.Says(t, out, "!Warning")
		})
	}
}

// TestAGroup: a group has the common values of its events, and the times of the first and the last.
func TestAGroup(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	g.happen(t)
	since := time.Now().Add(-2 * time.Hour).In(time.FixedZone("", 7200)).Format(time.RFC3339)
	got, _ := g.ask(t, fmt.Sprintf("kinds = [\"BLOCKED\"]\nclusters = [\"us-central1.prod\"]\nsince = %q", since))
	if len(got.Denials) != 1 {
		t.Fatalf("%+v", got)
	}
	d := got.Denials[0]
	const reason = "Image gcr.io/demo/bad denied by Binary Authorization default admission rule. Denied by always_deny admission rule"
	if d.Namespace != "shop" || d.Account != "shop:till" || d.Reason != reason || d.Image != "gcr.io/demo/bad" {
		t.Errorf("%+v", d)
	}
	near(t, d.First, time.Hour)
	near(t, d.Last, time.Minute)
	near(t, got.Until, 0)
	if got.Since != since || got.ID != "projects/demo" || got.Project != "demo" {
		t.Errorf("%+v, since %s", got, since)
	}
	if got, _ = g.ask(t, `lookback = "3h"`); true {
		near(t, got.Since, 3*time.Hour)
	}
}

func near(t *testing.T, text string, ago time.Duration) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if off := time.Since(at) - ago; err != nil || off < -2*time.Second || off > 5*time.Minute {
		t.Errorf("%s is not %v ago: %v", text, ago, err)
	}
}

// TestAPodThatWasThereIsNoCreation: a pod refused for another reason is neither a denial nor a
// creation.
func TestAPodThatWasThereIsNoCreation(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	pod := []byte("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}")
	_, err := g.Emulator.Pods().CreatePods(prod, pod)
	fatal(t, err)
	if _, err = g.Emulator.Pods().CreatePods(prod, pod); err == nil {
		t.Fatal("made twice")
	}
	if got, _ := g.ask(t, ""); got.Creations != 1 || len(got.Denials) != 0 || !got.Complete {
		t.Errorf("%+v", got)
	}
}

// TestTwentyThousandEntries: by default, the data source reads at most 20 000 entries of each list.
func TestTwentyThousandEntries(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	g.policy(t, enforced)
	const most = 20_000
	for hour := range 20 {
		g.deploy(t, time.Duration(hour)*time.Hour, prod, "bad", most/20, "")
	}
	read := func(content string, calls int) (answer, string) {
		t.Helper()
		g.Emulator.ResetCalls()
		began := time.Now()
		got, out := g.ask(t, content)
		if n := g.Calls("ListLogEntries"); n != calls {
			t.Errorf("%q: %d calls, want %d", content, n, calls)
		}
		t.Logf("%q: %d calls in %v", content, calls, time.Since(began))
		return got, out
	}
	all := fmt.Sprintf("BLOCKED bad us-central1.prod Deployment bad %d", most)
	if got, out := read("", 40); !got.Complete || got.Creations != most || !slices.Equal(got.lines(), []string{all}) {
		t.Errorf("%d creations, %q, complete %t", got.Creations, got.lines(), got.Complete)
	} else {
		acctest.Says(t, out, "!Warning")
	}
	for content, most := range map[string]int{"max_entries = 2000": 2000, "max_entries = 100": 100} {
		got, out := read(content, 2*(most/1000+1)) // a call more than pages, to see whether that was all
		want := fmt.Sprintf("BLOCKED bad us-central1.prod Deployment bad %d", most)
		if got.Complete || got.Creations != most || !slices.Equal(got.lines(), []string{want}) {
			t.Errorf("%d creations, %q, complete %t", got.Creations, got.lines(), got.Complete)
		}
		acctest.Says(t, out, "Warning: Not all of the audit log was read", "projects/demo", fmt.Sprintf("more than %d entries", most))
	}
}
