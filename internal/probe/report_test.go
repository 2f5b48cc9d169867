package probe

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

var sample = Report{Results: []Result{
	{ID: "A-ONE", Outcome: AsEmulated, Want: []string{"x: OK"}, Got: []string{"x: OK"}},
	{
		ID: "A-TWO", Outcome: Differs, Want: []string{"x: OK", "y: ABORTED"}, Got: []string{"x: OK", "y: FAILED_PRECONDITION"},
		Said: []string{"y: stale"},
	},
	{ID: "A-THREE", Outcome: NotPermitted, Want: []string{"x: OK"}, Reason: "create: a | b"},
	{ID: "A-FOUR", Outcome: Skipped, Want: []string{"x: OK"}, Reason: "needs a cluster"},
}}

const table = `PROBE    OUTCOME        REASON
A-ONE    as emulated    
A-TWO    differs        
A-THREE  not permitted  create: a | b
A-FOUR   skipped        needs a cluster

A-TWO differs:
    x: OK
  - y: ABORTED
  + y: FAILED_PRECONDITION
    (y: stale)

4 probes, 1 as emulated, 1 differs, 1 not permitted, 1 skipped.
`

// TestDifferenceInOrder: equal lines in another order, or another number of them, are a difference.
func TestDifferenceInOrder(t *testing.T) {
	t.Parallel()
	r := Result{ID: "A-FIVE", Outcome: Differs, Want: []string{"x: 1", "y: 0", "x: 0"}, Got: []string{"x: 0", "y: 0", "x: 0"}}
	const want = "A-FIVE differs:\n  - x: 1\n  + x: 0\n    y: 0\n    x: 0\n"
	if got := r.difference(); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := sample.WriteTable(&b); err != nil || b.String() != table {
		t.Errorf("%v\n%s", err, b.String())
	}
}

const markdown = "# Conformance probes\n\n4 probes, 1 as emulated, 1 differs, 1 not permitted, 1 skipped.\n\n" +
	"| Probe | Outcome | Reason |\n|---|---|---|\n| `A-ONE` | as emulated |  |\n| `A-TWO` | differs |  |\n" +
	"| `A-THREE` | not permitted | create: a \\| b |\n| `A-FOUR` | skipped | needs a cluster |\n" +
	"\n```diff\nA-TWO differs:\n  x: OK\n- y: ABORTED\n+ y: FAILED_PRECONDITION\n  (y: stale)\n```\n"

func TestEncode(t *testing.T) {
	t.Parallel()
	if raw, err := sample.Encode("out.md"); err != nil || string(raw) != markdown {
		t.Errorf("%v\n%s", err, raw)
	}
	raw, err := sample.Encode("out.json")
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, sample) {
		t.Errorf("%v %+v", err, back)
	}
	if _, err := sample.Encode("out.txt"); err == nil {
		t.Error("a text file was written")
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"GOOGLE_PROJECT": "acme-test", "CLUSTER": "projects/acme-test/locations/us-central1/clusters/c",
		"ALLOW_POLICY": "yes", "ALLOW_MANY": "true",
		"KEY_RING": "projects/acme-test/locations/global/keyRings/r", "NEW_CLUSTER_ZONE": "us-central1-a",
	}
	read := func(env map[string]string) (Config, error) {
		return ReadConfig(func(k string) string { return env[k] })
	}
	c, err := read(good)
	if err != nil {
		t.Fatal(err)
	}
	allowed := c.Target().Allowed
	for need, want := range map[Need]bool{
		NeedCluster: true, NeedKeyRing: true, NeedNewCluster: true, NeedPolicy: true, NeedMany: false, NeedPods: false,
	} {
		if allowed[need] != want {
			t.Errorf("%s: %t", need, allowed[need])
		}
	}
	for name, value := range map[string]string{
		"GOOGLE_PROJECT": "A", "CLUSTER": "projects/other/locations/us-central1/clusters/c",
		"KEY_RING": "ring", "NEW_CLUSTER_ZONE": "us-central1",
	} {
		bad := map[string]string{"GOOGLE_PROJECT": "acme-test", name: value}
		if _, err := read(bad); err == nil || !strings.Contains(err.Error(), name+"="+value) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	c := Config{Project: "acme-test"}
	text := Plan(c.Target(), All())
	for _, want := range []string{
		" run on project acme-test; duration about ", "at no cost.", "set ALLOW_POLICY=yes", "set KEY_RING=",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	c.Policy, c.NewClusterZone = true, "us-central1-a"
	if text := Plan(c.Target(), All()); !strings.Contains(text, "USD") || !strings.Contains(text, costs[NeedPolicy]) {
		t.Error(text)
	}
}
