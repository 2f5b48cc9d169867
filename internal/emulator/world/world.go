// Package world contains the common parts of the emulated APIs: the clock, project numbers, paging
// and the form of a REST route.
package world

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// World is the one instance shared by the APIs of an emulator. Use New.
type World struct {
	// Clock tells the time; tests replace it. Never nil after New.
	Clock func() time.Time
	// PageSize is the maximum number of entries on a page of a list. 0 means each API's own.
	PageSize int
	// OperationTime is the duration of a GKE operation. 0 means that it has ended at the first
	// read.
	OperationTime time.Duration
	// Locations are regions and zones in addition to the emulator's list of Google's.
	Locations []string

	mu      sync.Mutex
	numbers map[string]string // project id -> project number
}

// New returns a world on the real clock.
func New() *World {
	return &World{Clock: time.Now, numbers: map[string]string{}}
}

// Now is the time in the form of Google's APIs: UTC with microseconds.
func (w *World) Now() *timestamppb.Timestamp {
	return timestamppb.New(w.Clock().UTC().Truncate(time.Microsecond))
}

// ProjectNumber is the 12-digit number of a project: stable, derived from the id. A number is
// returned as it is.
func (w *World) ProjectNumber(project string) string {
	if isNumber(project) {
		return project
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if n, ok := w.numbers[project]; ok {
		return n
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(project))
	n := fmt.Sprintf("%d", 100000000000+h.Sum64()%900000000000)
	w.numbers[project] = n
	return n
}

// ProjectID returns the id of a known project number, and any other value unchanged.
func (w *World) ProjectID(project string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, n := range w.numbers {
		if n == project {
			return id
		}
	}
	return project
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// Route is a REST method outside the published protobufs (platform policies, GKE v1beta1), so it
// cannot be derived from gRPC. The server wraps it in counting, quota, latency and faults, like
// gRPC methods.
type Route struct {
	// Pattern is a net/http ServeMux pattern with method, such as "GET
	// /v1beta1/projects/{project}/locations/{location}/clusters/{cluster}". Its last element cannot
	// have the form "{id}:verb": use a wildcard and check it in Handle.
	Pattern string
	// Method is the name for counts and faults, in gRPC's spelling without a leading slash:
	// "google.container.v1beta1.ClusterManager/GetCluster".
	Method string
	// Answer is a value of the type of Google's answer. A partial response is checked against it. It
	// is nil in the emulator's own methods.
	Answer any
	// Handle answers a request with a value for encoding/json, or a gRPC status error. The latter
	// becomes Google's error body.
	Handle func(r *http.Request) (any, error)
}
