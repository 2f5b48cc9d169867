// Package logging emulates the part of Cloud Logging that reads entries:
// google.logging.v2.LoggingServiceV2/ListLogEntries, with the query language of the audit log
// searches in Binary Authorization's documentation
// (https://cloud.google.com/binary-authorization/docs/viewing-audit-logs).
package logging

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"cloud.google.com/go/logging/apiv2/loggingpb"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	// EmptyFirstPage makes the first page of every list empty, with a token. This is possible if
	// the service "did not have time to search all the possible log entries"
	// (ListLogEntriesResponse.next_page_token). Set it before the first call.
	EmptyFirstPage bool

	w *world.World

	mu      sync.Mutex
	entries map[string][]*record // project number -> by time, then by insert id
}

// record is an entry with a separate payload, so filters need not decode it for every list.
type record struct {
	entry   *loggingpb.LogEntry // without proto_payload
	payload proto.Message       // contents of proto_payload; nil without
}

// New returns a service without entries.
func New(w *world.World) *API { return &API{w: w, entries: map[string][]*record{}} }

// Register serves google.logging.v2.LoggingServiceV2 on s. Methods other than ListLogEntries are
// UNIMPLEMENTED.
func (a *API) Register(s grpc.ServiceRegistrar) {
	loggingpb.RegisterLoggingServiceV2Server(s, &service{api: a})
}

// Add adds entries to the projects of their log names, in any order of time. Missing fields get the
// service's defaults: timestamp, insert id and time of receipt. An entry with the project, time and
// insert id of another is a duplicate and is dropped. Errors: a log name outside of projects, a
// payload of an unlinked type.
func (a *API) Add(entries ...*loggingpb.LogEntry) error {
	for _, e := range entries {
		project, r, err := a.record(e)
		if err != nil {
			return err
		}
		a.insert(a.w.ProjectNumber(project), r)
	}
	return nil
}

func (a *API) record(e *loggingpb.LogEntry) (project string, r *record, err error) {
	parts := strings.Split(e.GetLogName(), "/")
	if len(parts) != 4 || parts[0] != "projects" || parts[1] == "" || parts[2] != "logs" || parts[3] == "" {
		return "", nil, fmt.Errorf("%q is not the log name of a project: want projects/*/logs/*", e.GetLogName())
	}
	r = &record{entry: proto.CloneOf(e)}
	if packed := e.GetProtoPayload(); packed != nil {
		if r.payload, err = packed.UnmarshalNew(); err != nil {
			return "", nil, err
		}
		r.entry.Payload = nil
	}
	a.complete(r.entry)
	return parts[1], r, nil
}

func (a *API) insert(project string, r *record) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := a.entries[project]
	if len(all) == 0 || before(all[len(all)-1], r) < 0 { // the usual case, and cheap
		a.entries[project] = append(all, r)
		return
	}
	if i, found := slices.BinarySearchFunc(all, r, before); !found {
		a.entries[project] = slices.Insert(all, i, r)
	}
}

// before compares entries in list order: "Entries with equal timestamps are returned in order of
// their insert_id values" (ListLogEntriesRequest.order_by).
func before(x, y *record) int {
	if c := x.entry.GetTimestamp().AsTime().Compare(y.entry.GetTimestamp().AsTime()); c != 0 {
		return c
	}
	return strings.Compare(x.entry.GetInsertId(), y.entry.GetInsertId())
}

// packed is the entry in the form of the service's answers.
func (r *record) packed() (*loggingpb.LogEntry, error) {
	e := proto.CloneOf(r.entry)
	if r.payload == nil {
		return e, nil
	}
	payload, err := anypb.New(r.payload)
	if err != nil {
		return nil, err
	}
	e.Payload = &loggingpb.LogEntry_ProtoPayload{ProtoPayload: payload}
	return e, nil
}
