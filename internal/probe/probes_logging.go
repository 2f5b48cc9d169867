package probe

import (
	"context"

	"cloud.google.com/go/logging/apiv2/loggingpb"
)

func loggingProbes() []Probe {
	return []Probe{
		{
			ID: "LOGGING-FILTER-SUBSET",
			Unknown: "Filters support the searches for audit logs: =, :, comparisons of times, quoted texts for any field, AND, OR, " +
				"parentheses. Other parts of the query language are INVALID_ARGUMENT, and the error names the part: NOT, !=, =~, " +
				"lists of values, functions, field:*, comments, texts without quotes.",
			Run: func(ctx context.Context, t *Trial) {
				for _, filter := range []string{
					`logName:"probe" AND (labels.a="b" OR "probe")`, `NOT logName:"probe"`, `logName!="probe"`, `logName=~"probe"`,
					`severity=(ERROR OR INFO)`, `sample(insertId, 0.1)`, `labels.a:*`, `-- a comment`, `probe`,
				} {
					t.Saw(filter, nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{Filter: filter}))
				}
			},
			Want: `
				logName:"probe" AND (labels.a="b" OR "probe"): OK
				NOT logName:"probe": INVALID_ARGUMENT
				logName!="probe": INVALID_ARGUMENT
				logName=~"probe": INVALID_ARGUMENT
				severity=(ERROR OR INFO): INVALID_ARGUMENT
				sample(insertId, 0.1): INVALID_ARGUMENT
				labels.a:*: INVALID_ARGUMENT
				-- a comment: INVALID_ARGUMENT
				probe: INVALID_ARGUMENT`,
		},
		{
			ID: "LOGGING-FILTER-FIELD",
			Unknown: "Field names are those of JSON, case-sensitive. A field unknown in log entries is INVALID_ARGUMENT; an unknown " +
				"field of a free payload matches nothing.",
			Run: func(ctx context.Context, t *Trial) {
				for _, filter := range []string{`jsonPayload.nothing="probe"`, `nothing="probe"`, `log_name="probe"`} {
					t.Saw(filter, nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{Filter: filter}))
				}
			},
			Want: `
				jsonPayload.nothing="probe": OK
				nothing="probe": INVALID_ARGUMENT
				log_name="probe": INVALID_ARGUMENT`,
		},
		{
			ID:      "LOGGING-FILTER-TIME",
			Unknown: "A date in a comparison of times means midnight. An invalid time is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				for _, filter := range []string{`timestamp>="2000-01-01T00:00:00Z"`, `timestamp>="2000-01-01"`, `timestamp>="probe"`} {
					t.Saw(filter, nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{Filter: filter}))
				}
			},
			Want: `
				timestamp>="TIME": OK
				timestamp>="2000-01-01": OK
				timestamp>="probe": INVALID_ARGUMENT`,
		},
		{
			ID: "LOGGING-PARENT",
			Unknown: "Only projects are supported. Folders, organizations, billing accounts and views are INVALID_ARGUMENT, because " +
				"an empty answer would look like no denials.",
			Run: func(ctx context.Context, t *Trial) {
				for _, name := range []string{"folders/1", "organizations/1", "billingAccounts/000000-000000-000000"} {
					t.Saw(name, nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{ResourceNames: []string{name}}))
				}
				t.Saw("no name", nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{ResourceNames: []string{}}))
			},
			Want: `
				folders/1: INVALID_ARGUMENT
				organizations/1: INVALID_ARGUMENT
				billingAccounts/000000-000000-000000: INVALID_ARGUMENT
				no name: INVALID_ARGUMENT`,
		},
		{
			ID:      "LOGGING-ORDER",
			Unknown: "The only supported orders are \"timestamp asc\" and \"timestamp desc\", in lower case.",
			Run: func(ctx context.Context, t *Trial) {
				for _, order := range []string{"timestamp desc", "timestamp", "Timestamp Desc", "insertId asc"} {
					t.Saw(order, nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{OrderBy: order}))
				}
			},
			Want: `
				timestamp desc: OK
				timestamp: INVALID_ARGUMENT
				Timestamp Desc: INVALID_ARGUMENT
				insertId asc: INVALID_ARGUMENT`,
		},
		{
			ID:      "LOGGING-PAGE-SIZE",
			Unknown: "A page size above 1000 is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.Saw("1000", nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{PageSize: 1000}))
				t.Saw("1001", nil, t.entries(ctx, &loggingpb.ListLogEntriesRequest{PageSize: 1001}))
			},
			Want: `
				1000: OK
				1001: INVALID_ARGUMENT`,
		},
	}
}

// entries requests entries of an unused log, so that it costs little and shows nothing.
func (t *Trial) entries(ctx context.Context, r *loggingpb.ListLogEntriesRequest) error {
	if r.ResourceNames == nil {
		r.ResourceNames = []string{t.Parent()}
	}
	if r.GetFilter() == "" {
		r.Filter = `logName="` + t.Parent() + `/logs/` + t.ID("none") + `"`
	}
	if r.GetPageSize() == 0 {
		r.PageSize = 1
	}
	_, err := t.Logs.ListLogEntries(ctx, r).Next()
	return atEnd(err)
}
