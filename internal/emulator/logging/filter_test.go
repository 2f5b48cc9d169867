package logging_test

import (
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/genproto/googleapis/cloud/audit"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// The filters of https://cloud.google.com/binary-authorization/docs/viewing-audit-logs.
const everything = `resource.type="k8s_cluster"
logName:"cloudaudit.googleapis.com%2Factivity"
(protoPayload.methodName="io.k8s.core.v1.pods.create" OR
protoPayload.methodName="io.k8s.core.v1.pods.update")
`

// story is an entry of each kind: admitted, blocked, dry run, break-glass, updated, of another
// cluster, of something else.
func story(t *testing.T, s *emulator.Server) {
	t.Helper()
	changes := []func(*loggingpb.LogEntry, *audit.AuditLog){
		nil,
		func(_ *loggingpb.LogEntry, log *audit.AuditLog) {
			log.Response = object(t, map[string]any{"status": "Failure", "reason": "VIOLATES_POLICY", "code": 400})
		},
		func(e *loggingpb.LogEntry, _ *audit.AuditLog) { e.Labels = map[string]string{dryRun: "true"} },
		func(e *loggingpb.LogEntry, _ *audit.AuditLog) { e.Labels = map[string]string{breakGlass: "true"} },
		func(_ *loggingpb.LogEntry, log *audit.AuditLog) { log.MethodName = "io.k8s.core.v1.pods.update" },
		func(e *loggingpb.LogEntry, _ *audit.AuditLog) { e.GetResource().Labels["cluster_name"] = "dev" },
		func(_ *loggingpb.LogEntry, log *audit.AuditLog) { log.MethodName = "io.k8s.core.v1.pods.delete" },
	}
	for i, change := range changes {
		if err := s.Logging().Add(event(t, i, change)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	s, client := serve(t, emulator.Options{})
	story(t, s)
	for _, c := range [][2]string{
		{"", "e0 e1 e2 e3 e4 e5 e6"},
		{everything, "e0 e1 e2 e3 e4 e5"},
		{strings.ReplaceAll(everything, "\n", " "), "e0 e1 e2 e3 e4 e5"},
		{everything + `protoPayload.response.status="Failure"
			(protoPayload.response.reason="VIOLATES_POLICY" OR protoPayload.response.reason="Forbidden")`, "e1"},
		{`labels."imagepolicywebhook.image-policy.k8s.io/dry-run"="true"`, "e2"},
		{everything + `"image-policy.k8s.io/break-glass"`, "e3"},
		{everything + `("image-policy.k8s.io/failed-open" OR "failed-open.validating.webhook.admission.k8s.io")`, ""},
		{`resource.type="k8s_cluster" AND logName:"cloudaudit.googleapis.com%2Factivity" AND "image-policy.k8s.io/break-glass"`, "e3"},
		{`resource.labels.cluster_name="dev"`, "e5"},
		{`resource.labels.cluster_name=dev`, "e5"},
		{`resource.labels.location="us-central1" resource.labels.project_id="nobody"`, ""},
		{`timestamp>="2026-11-01T12:04:00Z"`, "e4 e5 e6"},
		{`timestamp>"2026-11-01T12:01:00Z" timestamp<"2026-11-01T13:04:00+01:00"`, "e2 e3"},
		{`timestamp <= "2026-11-01T12:01:00Z"`, "e0 e1"},
		{`timestamp="2026-11-01T12:01:00Z"`, "e1"},
		{`timestamp>="2026-11-02"`, ""},
		{`receiveTimestamp>"2026-11-01T12:06:00Z"`, "e6"},
		{`insertId="e1" OR insertId="e2" timestamp>="2026-11-01T12:02:00Z"`, "e2"}, // OR binds tighter
		{`(insertId="e1" AND timestamp>"2026-11-01") OR (insertId="e2")`, "e1 e2"},
		{`insertId=E1`, "e1"},
		{`"NGINX:3"`, "e3"},
		{`"nginx:3\""`, ""},
		{`protoPayload.request.spec.containers.image="nginx:2"`, "e2"}, // any element of a list
		{`protoPayload.request.spec="Pod"`, ""},
		{`protoPayload.request.kind:"Po" protoPayload.response.code="400"`, "e1"},
		{`protoPayload."@type"="type.googleapis.com/google.cloud.audit.AuditLog" severity=ERROR`, ""},
		{`labels.a.b="true"`, ""},
	} {
		filter, want := c[0], c[1]
		if got, err := list(t, client, &loggingpb.ListLogEntriesRequest{Filter: filter}); err != nil ||
			!slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s\n%v %v, want %s", filter, got, err, want)
		}
	}
}

func TestWhatIsNoFilter(t *testing.T) {
	t.Parallel()
	_, c := serve(t, emulator.Options{})
	for filter, names := range map[string]string{
		`NOT insertId="a"`:                "NOT",
		`-insertId="a"`:                   "-insertId",
		`insertId!="a"`:                   "!=",
		`insertId=~"a"`:                   "=~",
		`insertId>"a"`:                    ">",
		`log_id("a")`:                     "log_id",
		`insertId=("a" OR "b")`:           "(",
		`labels.a:*`:                      "*",
		`insertId="a" -- comment`:         "--",
		`nginx`:                           "nginx",
		`method="a"`:                      "method",
		`insertId`:                        "insertId",
		`insertId=`:                       "insertId",
		`(insertId="a"`:                   ")",
		`insertId="a")`:                   ")",
		`()`:                              "parentheses",
		`insertId="a" OR`:                 "ends",
		`AND insertId="a"`:                "AND",
		`insertId="a" and insertId="b"`:   "and",
		`insertId="a`:                     `"`,
		`timestamp>="yesterday"`:          "yesterday",
		`timestamp:"2026"`:                "timestamp:",
		`timestamp>=2026-11-01T12:00:00Z`: "",
		`insertId="\q"`:                   "text",
	} {
		_, err := list(t, c, &loggingpb.ListLogEntriesRequest{Filter: filter})
		refused(t, filter, err)
		if err != nil && !strings.Contains(err.Error(), names) {
			t.Errorf("%s: %v does not name %s", filter, err, names)
		}
	}
}
