package auditlog_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/auditlog"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// happened is an event of a pod of a Deployment, minutes after noon.
func happened(minutes int, deployment, cluster string, kinds []auditlog.Kind, denied ...auditlog.Denied) auditlog.Event {
	return auditlog.Event{
		Time: time.Date(2026, time.May, 14, 12, minutes, 0, 0, time.UTC), Kinds: kinds, Denied: denied,
		Project: "demo", Location: "us-central1", Cluster: cluster, Namespace: "shop",
		Pod: workload.Pod{
			Name: fmt.Sprintf("%s-6d4b75cb6d-%d", deployment, minutes), Labels: map[string]string{"pod-template-hash": "6d4b75cb6d"},
			Owner: workload.Object{Kind: "ReplicaSet", Name: deployment + "-6d4b75cb6d"}, ServiceAccount: "till",
		},
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	a, b := auditlog.Denied{Image: "a", Reason: "no"}, auditlog.Denied{Image: "b", Reason: "no"}
	blocked, tried := []auditlog.Kind{auditlog.Blocked}, []auditlog.Kind{auditlog.DryRun}
	var tally auditlog.Tally
	for _, e := range []auditlog.Event{
		happened(7, "web", "prod", tried, a, b),
		happened(3, "web", "prod", blocked, a),
		happened(9, "web", "prod", blocked, a),
		happened(5, "web", "prod", blocked, a, b),
		happened(5, "api", "prod", blocked, a),
		happened(5, "web", "dev", blocked, a),
		happened(1, "web", "prod", blocked, auditlog.Denied{Image: "a", Reason: "another"}),
		happened(2, "web", "prod", []auditlog.Kind{auditlog.BreakGlass, auditlog.FailOpen}, auditlog.Denied{Image: "a"}),
		happened(2, "web", "prod", nil, a),
	} {
		tally.Add(e, []auditlog.Kind{auditlog.DryRun, auditlog.Blocked, auditlog.FailOpen})
	}
	var got []string
	for _, g := range tally.Groups() {
		got = append(got, fmt.Sprintf("%s %s %s %s %s/%s %q: %d %d-%d", g.Kind, g.Image, g.Place(), g.Workload,
			g.Namespace, g.ServiceAccount, g.Reason, g.Count, g.First.Minute(), g.Last.Minute()))
	}
	want := []string{
		`BLOCKED a us-central1.dev Deployment web shop/till "no": 1 5-5`,
		`BLOCKED a us-central1.prod Deployment api shop/till "no": 1 5-5`,
		`BLOCKED a us-central1.prod Deployment web shop/till "another": 1 1-1`,
		`BLOCKED a us-central1.prod Deployment web shop/till "no": 3 3-9`,
		`BLOCKED b us-central1.prod Deployment web shop/till "no": 1 5-5`,
		`DRY_RUN a us-central1.prod Deployment web shop/till "no": 1 7-7`,
		`DRY_RUN b us-central1.prod Deployment web shop/till "no": 1 7-7`,
		`FAIL_OPEN a us-central1.prod Deployment web shop/till "": 1 2-2`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if groups := new(auditlog.Tally).Groups(); len(groups) != 0 {
		t.Errorf("%v", groups)
	}
	if got := (auditlog.Subject{}).Place(); got != "?.?" {
		t.Error(got)
	}
}

// TestFilters compares the filters with the documented ones, word for word, with the times.
func TestFilters(t *testing.T) {
	t.Parallel()
	w := auditlog.Window{
		Since: time.Date(2026, time.May, 14, 14, 0, 0, 5, time.FixedZone("", 2*3600)),
		Until: time.Date(2026, time.May, 15, 0, 0, 0, 0, time.UTC),
	}
	const base = "resource.type=\"k8s_cluster\"\nlogName:\"cloudaudit.googleapis.com%2Factivity\"\n"
	const times = "\ntimestamp>=\"2026-05-14T12:00:00.000000005Z\"\ntimestamp<=\"2026-05-15T00:00:00Z\""
	const created, updated = `protoPayload.methodName="io.k8s.core.v1.pods.create"`, `protoPayload.methodName="io.k8s.core.v1.pods.update"`
	const both = base + "(" + created + " OR " + updated + ")" + times + "\n"
	const blocked = `(protoPayload.response.status="Failure" AND (protoPayload.response.reason="VIOLATES_POLICY" OR ` +
		`protoPayload.response.reason="Forbidden"))`
	const dryRun = `labels."imagepolicywebhook.image-policy.k8s.io/dry-run"="true"`
	const glass = `"image-policy.k8s.io/break-glass"`
	const open = `"image-policy.k8s.io/failed-open" OR "imagepolicywebhook.image-policy.k8s.io/failed-open" OR ` +
		`"failed-open.validating.webhook.admission.k8s.io"`
	prod, shop := auditlog.Place{Location: "us-central1", Cluster: "prod"}, auditlog.Place{Namespace: "shop"}
	const places = `((resource.labels.location="us-central1" AND resource.labels.cluster_name="prod") OR ` +
		`protoPayload.resourceName:"namespaces/shop/")`
	dry := []auditlog.Kind{auditlog.DryRun}
	of := func(kinds ...auditlog.Kind) string { return auditlog.EventFilter(kinds, w) }
	for want, got := range map[string]string{
		both + "(" + blocked + ")": of(auditlog.Blocked),
		both + "(" + dryRun + ")":  of(auditlog.DryRun),
		both + "(" + glass + ")":   of(auditlog.BreakGlass),
		both + "(" + open + ")":    of(auditlog.FailOpen),
		both + "(" + blocked + " OR " + dryRun + " OR " + glass + " OR " + open + ")": of(auditlog.Kinds()...),
		base + "(" + created + ")" + times:                                            auditlog.CreationFilter(w),
		base + "(" + created + ")" + times + "\n" + places:                            auditlog.CreationFilter(w, prod, shop),
		both + places + "\n(" + dryRun + ")":                                          auditlog.EventFilter(dry, w, prod, shop),
	} {
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
