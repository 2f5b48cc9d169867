// Package world holds what the emulated APIs share: the clock, project numbers, paging and the shape of a REST route.
package world

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"
)

// World is the one instance the APIs of an emulator share. Use New.
type World struct {
	// Clock tells the time; tests replace it. Never nil after New.
	Clock func() time.Time
	// PageSize is the number of entries a list returns when the caller does not ask for fewer. 0 means each API's own default.
	PageSize int
	// OperationTime is how long a GKE operation runs. 0 means that it is finished when first looked at.
	OperationTime time.Duration
	// Locations are regions and zones that exist beside those that the emulator knows to be Google's.
	Locations []string

	mu      sync.Mutex
	numbers map[string]string // project id -> project number
}

// New returns a world on the real clock.
func New() *World {
	return &World{Clock: time.Now, numbers: map[string]string{}}
}

// Now is the time as Google's APIs report it: UTC with microseconds.
func (w *World) Now() *timestamppb.Timestamp {
	return timestamppb.New(w.Clock().UTC().Truncate(time.Microsecond))
}

// ProjectNumber is the 12-digit number of a project: stable, derived from the id. A number is returned as it is.
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

// ProjectID is the id behind a project number that was handed out before; anything else is returned as it is.
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

// Route is a REST method that no published protobuf describes (platform policies, GKE v1beta1), so it cannot be derived
// from gRPC. The server puts counting, quota, latency and faults around it just as it does around gRPC methods.
type Route struct {
	// Pattern is a net/http ServeMux pattern with method, such as "GET /v1beta1/projects/{project}/locations/{location}/clusters/{cluster}".
	// A last element of the form "{id}:verb" is not possible there: use a wildcard and look at it in Handle.
	Pattern string
	// Method is the name under which calls are counted and faults chosen, in gRPC's spelling without a leading slash:
	// "google.container.v1beta1.ClusterManager/GetCluster".
	Method string
	// Handle answers a request: with a value for encoding/json, or a gRPC status error that becomes Google's error body.
	Handle func(r *http.Request) (any, error)
}
