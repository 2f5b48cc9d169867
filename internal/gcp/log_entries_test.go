package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// logged puts n entries into the log of the project demo, a second apart, the newest last: e0, e1,
// …
func logged(t *testing.T, server *emulator.Server, n int) {
	t.Helper()
	for i := range n {
		err := server.Logging().Add(&loggingpb.LogEntry{
			LogName: "projects/demo/logs/l", InsertId: fmt.Sprint("e", i), Timestamp: timestamppb.New(time.Unix(int64(i), 0)),
			Labels: map[string]string{"kind": "wanted"}, Payload: &loggingpb.LogEntry_TextPayload{TextPayload: "text"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readIDs returns the ids of the entries read by LogEntries.
func readIDs(ctx context.Context, c *Clients, most int) (ids []string, complete bool, err error) {
	complete, err = c.LogEntries(ctx, "demo", `labels.kind="wanted"`, most, func(e *LogEntry) bool {
		ids = append(ids, e.InsertId)
		return true
	})
	return ids, complete, err
}

// newestFirst returns the ids of n entries of logged, after the skipped ones.
func newestFirst(n, most int) (ids []string) {
	for i := n - 1; i >= 0 && len(ids) < most; i-- {
		ids = append(ids, fmt.Sprint("e", i))
	}
	return ids
}

func TestLogEntriesAreReadToTheEndOrTheLimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n, most, page, calls int
		complete             bool
	}{
		"none":              {0, 10, 0, 1, true},
		"fewer":             {9, 10, 0, 1, true},
		"just as many":      {10, 10, 0, 1, true},
		"one more":          {11, 10, 0, 1, false},
		"many more":         {50, 10, 0, 1, false},
		"pages":             {10, 100, 4, 3, true},
		"pages, as many":    {8, 8, 4, 2, true},
		"pages, one more":   {9, 8, 4, 3, false},
		"one, of one":       {1, 1, 0, 1, true},
		"one, of two":       {2, 1, 0, 1, false},
		"the largest pages": {2001, 2000, 0, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, clients := emulated(t, emulator.Options{PageSize: c.page})
			logged(t, server, c.n)
			ids, complete, err := readIDs(t.Context(), clients, c.most)
			if err != nil || complete != c.complete || !slices.Equal(ids, newestFirst(c.n, c.most)) {
				t.Errorf("%d entries, %t, %v", len(ids), complete, err)
			}
			expectCalls(t, server, map[string]int{"ListLogEntries": c.calls})
		})
	}
}

func TestLogEntriesAreReadAsLongAsTheyAreWanted(t *testing.T) {
	t.Parallel()
	server, clients := emulated(t, emulator.Options{PageSize: 2})
	logged(t, server, 9)
	n := 0
	complete, err := clients.LogEntries(t.Context(), "demo", "", 100, func(*LogEntry) bool { n++; return n < 3 })
	if complete || err != nil || n != 3 {
		t.Errorf("%t %v, %d entries", complete, err, n)
	}
	expectCalls(t, server, map[string]int{"ListLogEntries": 2})
	server.Logging().EmptyFirstPage = true
	if ids, complete, err := readIDs(t.Context(), clients, 100); err != nil || !complete || len(ids) != 9 {
		t.Errorf("an empty page is not the end: %v %t %v", ids, complete, err)
	}
}

// TestPagesOfLogEntriesThatFailPass: failed pages are requested again; earlier pages are neither
// read again nor lost.
func TestPagesOfLogEntriesThatFailPass(t *testing.T) {
	t.Parallel()
	server, clients := emulated(t, emulator.Options{PageSize: 4})
	logged(t, server, 10)
	inject(t, server, "ListLogEntries=unavailable,skip=1", "ListLogEntries=after:reset,skip=2", "ListLogEntries=resource_exhausted,skip=3")
	ids, complete, err := readIDs(t.Context(), clients, 100)
	if err != nil || !complete || !slices.Equal(ids, newestFirst(10, 10)) {
		t.Errorf("%v %t %v", ids, complete, err)
	}
}

func TestALogThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for fault, c := range map[string]struct {
		kind   Kind
		remedy string
	}{
		"permission_denied":        {KindDenied, "gcloud projects add-iam-policy-binding demo --member=MEMBER --role=roles/logging.viewer"},
		"permission_denied,skip=1": {KindDenied, "logging.logEntries.list"},
		"service_disabled":         {KindDisabled, "gcloud services enable logging.googleapis.com --project=demo"},
	} {
		server, clients := emulated(t, emulator.Options{PageSize: 2})
		logged(t, server, 5)
		inject(t, server, "ListLogEntries="+fault)
		_, complete, err := readIDs(t.Context(), clients, 100)
		expectKind(t, err, c.kind)
		if e, ok := errors.AsType[*Error](err); !ok || complete || !strings.Contains(e.Remedy, c.remedy) || e.Resource != "projects/demo" {
			t.Errorf("%s: %t %+v", fault, complete, err)
		}
	}
}

// paged answers with one page after another, and repeats the last; each is JSON with a separate
// token.
func paged(t *testing.T, pages ...[2]string) (*Clients, *[]map[string]any) {
	t.Helper()
	var asked []map[string]any
	var count atomic.Int32
	clients, _, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		query := map[string]any{"pageToken": r.URL.Query().Get("pageToken"), "pageSize": r.URL.Query().Get("pageSize")}
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&query); err != nil {
				t.Error(err)
			}
		}
		if asked = append(asked, query); len(asked) > 20 {
			said(http.StatusBadRequest, "application/json", "{}")(w, r)
			return
		}
		page := pages[min(int(count.Add(1)), len(pages))-1]
		said(http.StatusOK, "application/json", strings.TrimSuffix(page[0], "}")+fmt.Sprintf(`,"nextPageToken":%q}`, page[1]))(w, r)
	})
	return clients, &asked
}

func TestAnEntryThatIsListedTwiceIsReadOnce(t *testing.T) {
	t.Parallel()
	entry := func(id string) string { return fmt.Sprintf(`{"timestamp":"2026-05-14T12:00:00Z","insertId":%q}`, id) }
	clients, asked := paged(t,
		[2]string{`{"entries":[` + entry("a") + "," + entry("b") + "," + entry("a") + `]}`, "2"},
		[2]string{`{"entries":[` + strings.Join([]string{
			entry("b"), entry("c"), strings.Replace(entry("a"), ":00Z", ":01Z", 1), entry(""), entry(""),
		}, ",") + `]}`, ""})
	ids, complete, err := readIDs(t.Context(), clients, 6)
	if err != nil || !complete || fmt.Sprintf("%q", ids) != `["a" "b" "c" "a" "" ""]` {
		t.Errorf("%q %t %v", ids, complete, err)
	}
	for i, want := range []string{"", "2"} {
		got := (*asked)[i]
		if token, _ := got["pageToken"].(string); token != want || got["orderBy"] != "timestamp desc" || got["pageSize"] != 7.0 ||
			fmt.Sprint(got["resourceNames"]) != "[projects/demo]" || got["filter"] != `labels.kind="wanted"` {
			t.Errorf("asked for %v", got)
		}
	}
}

// TestWhatIsNoPageOfAList: a defective server is not called forever, and its answers are errors.
func TestWhatIsNoPageOfAList(t *testing.T) {
	t.Parallel()
	const again = "a page of the list sent before"
	const some, none = `{"readTime":"2026-05-14T12:00:00Z"}`, `{"readTime":"2026-05-14T12:00:00Z","entries":[null],"assets":[null]}`
	for name, c := range map[string]struct {
		pages [][2]string
		what  string
	}{
		"a page again":     {[][2]string{{some, "1"}, {some, "2"}, {some, "1"}}, again},
		"the same page":    {[][2]string{{some, "1"}}, again},
		"null in the list": {[][2]string{{none, ""}}, "something other than "},
	} {
		for api, call := range map[string]func(context.Context, *Clients) error{"logs": entriesOf, "inventory": everyClient["inventory"]} {
			clients, asked := paged(t, c.pages...)
			err := call(t.Context(), clients)
			expectKind(t, err, KindFailed)
			if err == nil || !strings.Contains(err.Error(), c.what) || len(*asked) > 3 {
				t.Errorf("%s, %s: %v after %d pages", name, api, err, len(*asked))
			}
		}
	}
}
