package denial_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/genproto/googleapis/cloud/audit"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

// TestALogThatCannotBeRead: if the log cannot be read, the data source fails with a remedy and
// never returns an empty result. Each fault occurs once, and later successful reads do not hide it.
func TestALogThatCannotBeRead(t *testing.T) {
	t.Parallel()
	denied := []string{"Cannot read denials", "projects/demo", "logging.logEntries.list", "--role=roles/logging.viewer"}
	for name, c := range map[string]struct {
		kind  fault.Kind
		after int
		want  []string
	}{
		"denied":           {"permission_denied", 0, denied},
		"second page":      {"permission_denied", 1, denied},
		"denied creations": {"permission_denied", 3, denied},
		"disabled": {
			fault.ServiceDisabled, 0, []string{"Cannot read denials", "gcloud services enable logging.googleapis.com --project=demo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, emulator.Options{PageSize: 5})
			g.happen(t)
			fatal(t, g.Emulator.Inject(fault.Fault{Method: "ListLogEntries", Kind: c.kind, After: c.after}))
			acctest.Says(t, g.CLI(t, config("")).Fails(t, c.want[0], "plan"), c.want...)
		})
	}
	t.Run("faults that pass", func(t *testing.T) {
		t.Parallel()
		g := start(t, emulator.Options{PageSize: 5})
		g.happen(t)
		for after, kind := range []fault.Kind{"unavailable", fault.Reset, fault.After(fault.Reset), "resource_exhausted"} {
			fatal(t, g.Emulator.Inject(fault.Fault{Method: "ListLogEntries", Kind: kind, After: after}))
		}
		want := append(slices.Clone(blocked), dryRun, breakGlass, failOpen)
		if got, _ := g.ask(t, ""); !slices.Equal(got.lines(), want) || got.Creations != 14 {
			t.Errorf("%+v", got)
		}
	})
}

func TestWhatCannotBeAsked(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	future := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	for content, want := range map[string]string{
		fmt.Sprintf("since = %q", future): fmt.Sprintf("%q is in the future", future),
		`since = "yesterday"`:             `"yesterday" is not a time in RFC 3339, such as 2026-01-31T08:00:00Z`,
		`since = ""`:                      `"" is not a time in RFC 3339`,
		`lookback = "7d"`:                 `"7d" is not a duration of at most 400 days`,
		`lookback = "9601h"`:              `"9601h" is not a duration of at most 400 days`,
		"lookback = \"1h\"\nsince = \"2026-01-31T08:00:00Z\"": `"since" cannot be specified when "lookback" is specified`,
		`kinds = ["DENIED"]`:  `value must be one of: ["BLOCKED" "DRY_RUN" "BREAK_GLASS" "FAIL_OPEN"]`,
		`kinds = []`:          "at least 1",
		`clusters = ["prod"]`: `"prod"`,
		`max_entries = 0`:     "between 1 and 200000",
	} {
		acctest.Says(t, g.CLI(t, config(content)).Fails(t, "Error:", "plan"), want, "with data.binauthz_denials.it")
	}
	if n := g.Calls("ListLogEntries"); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestAnEntryThatCannotBeRead: an unreadable entry is an error with the name of the entry. The data
// source never omits an entry.
func TestAnEntryThatCannotBeRead(t *testing.T) {
	t.Parallel()
	g := start(t, emulator.Options{})
	g.happen(t)
	packed, err := anypb.New(&audit.AuditLog{MethodName: "io.k8s.core.v1.pods.create", ResourceName: "core/v1/nodes/n"})
	fatal(t, err)
	fatal(t, g.Emulator.Logging().Add(&loggingpb.LogEntry{
		LogName: "projects/demo/logs/cloudaudit.googleapis.com%2Factivity", InsertId: "odd-one",
		Resource: &monitoredres.MonitoredResource{Type: "k8s_cluster"}, Payload: &loggingpb.LogEntry_ProtoPayload{ProtoPayload: packed},
	}))
	acctest.Says(t, g.CLI(t, config("")).Fails(t, "Cannot read denials", "plan"),
		`project demo has an unreadable entry "odd-one" of`, `: its resource "core/v1/nodes/n" is not a pod`)
}
