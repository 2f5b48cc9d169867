package logging_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/genproto/googleapis/cloud/audit"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

func TestOrderAndPages(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	for _, i := range []int{2, 0, 1, 1} {
		if err := s.Logging().Add(event(t, i, nil)); err != nil {
			t.Fatal(err)
		}
	}
	for order, want := range map[string][]string{"": {"e0", "e1", "e2"}, "timestamp asc": {"e0", "e1", "e2"}, "timestamp desc": {
		"e2", "e1",
		"e0",
	}} {
		for size := range int32(3) {
			if got, err := list(t, c, &loggingpb.ListLogEntriesRequest{OrderBy: order, PageSize: size}); err != nil ||
				!slices.Equal(got, want) {
				t.Errorf("%q, pages of %d: %v %v", order, size, got, err)
			}
		}
	}
}

func TestProjectsAreApart(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	other := event(t, 1, func(e *loggingpb.LogEntry, _ *audit.AuditLog) {
		e.LogName = strings.Replace(e.GetLogName(), "demo", "other", 1)
	})
	if err := s.Logging().Add(event(t, 2, nil), other, event(t, 0, nil)); err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{{"projects/demo"}, {"projects/" + s.World().ProjectNumber("demo"), "projects/demo"}} {
		if got, err := list(t, c, &loggingpb.ListLogEntriesRequest{ResourceNames: names}); err != nil ||
			!slices.Equal(got, []string{"e0", "e2"}) {
			t.Errorf("%v: %v %v", names, got, err)
		}
	}
	if got, err := list(t, c, &loggingpb.ListLogEntriesRequest{ResourceNames: []string{"projects/other", "projects/demo"}}); err != nil ||
		!slices.Equal(got, []string{"e0", "e1", "e2"}) {
		t.Errorf("both: %v %v", got, err)
	}
}

func TestWhatIsNoList(t *testing.T) {
	t.Parallel()
	_, c := serve(t, emulator.Options{})
	for what, r := range map[string]*loggingpb.ListLogEntriesRequest{
		"no names":         {ResourceNames: []string{}},
		"a folder":         {ResourceNames: []string{"folders/1"}},
		"an organization":  {ResourceNames: []string{"organizations/1"}},
		"too many names":   {ResourceNames: slices.Repeat([]string{"projects/demo"}, 101)},
		"another order":    {OrderBy: "timestamp"},
		"a negative page":  {PageSize: -1},
		"a page too large": {PageSize: 1001},
		"no token":         {PageToken: "?"},
		"a long filter":    {Filter: strings.Repeat(" ", 20001)},
	} {
		_, err := list(t, c, r)
		refused(t, what, err)
	}
}

func TestEmptyFirstPage(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	s.Logging().EmptyFirstPage = true
	if err := s.Logging().Add(event(t, 0, nil)); err != nil {
		t.Fatal(err)
	}
	if got, err := list(t, c, &loggingpb.ListLogEntriesRequest{}); err != nil || !slices.Equal(got, []string{"e0"}) {
		t.Errorf("%v %v", got, err)
	}
	if calls := s.Calls()["google.logging.v2.LoggingServiceV2/ListLogEntries"]; calls != 2 {
		t.Errorf("%d calls", calls)
	}
}

func TestFaultsAndQuota(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{Quota: true})
	if err := s.Inject(fault.Fault{Method: "ListLogEntries", Kind: "permission_denied"}); err != nil {
		t.Fatal(err)
	}
	if _, err := list(t, c, &loggingpb.ListLogEntriesRequest{}); status.Code(err) != codes.PermissionDenied ||
		!strings.Contains(err.Error(), "logging.logEntries.list") {
		t.Errorf("%v", err)
	}
	for range 59 {
		if _, err := list(t, c, &loggingpb.ListLogEntriesRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := list(t, c, &loggingpb.ListLogEntriesRequest{}); status.Code(err) != codes.ResourceExhausted || s.Throttled() != 1 {
		t.Errorf("the 61st call: %v", err)
	}
}

// The form follows a recording:
// https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry.
func TestREST(t *testing.T) {
	t.Parallel()
	s, _ := serve(t, emulator.Options{})
	e := event(t, 0, func(e *loggingpb.LogEntry, log *audit.AuditLog) {
		e.Labels = map[string]string{dryRun: "true"}
		log.Response = object(t, map[string]any{"@type": "core.k8s.io/v1.Status", "status": "Failure", "code": 400})
	})
	if err := s.Logging().Add(e); err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"resourceNames":["projects/demo"],"filter":%q,"orderBy":"timestamp desc"}`, `labels."`+dryRun+`"="true"`)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Addr()+"/v2/entries:list", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	var got struct{ Entries []map[string]any }
	if err := json.NewDecoder(reply.Body).Decode(&got); err != nil || len(got.Entries) != 1 {
		t.Fatalf("%s: %v %+v", reply.Status, err, got)
	}
	entry, payload := got.Entries[0], got.Entries[0]["protoPayload"].(map[string]any)
	if payload["@type"] != "type.googleapis.com/google.cloud.audit.AuditLog" || payload["methodName"] != "io.k8s.core.v1.pods.create" ||
		payload["response"].(map[string]any)["@type"] != "core.k8s.io/v1.Status" {
		t.Errorf("payload: %v", payload)
	}
	if entry["insertId"] != "e0" || entry["timestamp"] != "2026-11-01T12:00:00Z" ||
		entry["receiveTimestamp"] != "2026-11-01T12:00:00.500Z" ||
		entry["logName"] != "projects/demo/logs/cloudaudit.googleapis.com%2Factivity" ||
		entry["labels"].(map[string]any)[dryRun] != "true" {
		t.Errorf("entry: %v", entry)
	}
}

func TestManyEntriesAreCheap(t *testing.T) {
	t.Parallel()
	s, c := serve(t, emulator.Options{})
	began := time.Now()
	for i := range 20000 {
		if err := s.Logging().Add(event(t, i, nil)); err != nil {
			t.Fatal(err)
		}
	}
	added := time.Now()
	got, err := list(t, c, &loggingpb.ListLogEntriesRequest{PageSize: 1000, OrderBy: "timestamp desc", Filter: everything})
	if err != nil || len(got) != 20000 || got[0] != "e19999" {
		t.Errorf("%d %v", len(got), err)
	}
	t.Logf("added in %v, read in %v", added.Sub(began), time.Since(added))
	if took := time.Since(began); took > 2*time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestOnlyLogsOfProjectsAreAdded(t *testing.T) {
	t.Parallel()
	s, _ := serve(t, emulator.Options{})
	for _, name := range []string{"", "folders/1/logs/a", "projects/demo/logs/", "projects/demo/logs/a/b"} {
		if err := s.Logging().Add(&loggingpb.LogEntry{LogName: name}); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}
