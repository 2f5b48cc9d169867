package emulator

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/transport"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// limit is one published quota, per project and minute.
type limit struct {
	service, metric string
	perMinute       int
}

// The limits of https://cloud.google.com/binary-authorization/quotas and
// https://cloud.google.com/kubernetes-engine/quotas.
var (
	reads   = limit{"binaryauthorization.googleapis.com", "read_requests", 100}
	updates = limit{"binaryauthorization.googleapis.com", "update_and_delete_requests", 20}
	creates = limit{"binaryauthorization.googleapis.com", "create_requests", 10}
	gkeAll  = limit{"container.googleapis.com", "api_requests", 3000}
)

// others are the quotas of single methods of other APIs. The numbers are from memory and were not
// compared with Google's pages.
var others = map[string]limit{
	"google.logging.v2.LoggingServiceV2/ListLogEntries":     {"logging.googleapis.com", "read_requests", 60},
	"google.cloud.asset.v1.AssetService/ListAssets":         {"cloudasset.googleapis.com", "list_assets_requests", 100},
	"google.cloud.asset.v1.AssetService/SearchAllResources": {"cloudasset.googleapis.com", "search_all_resources_requests", 400},
}

// quota counts the calls of the last minute. This is stricter than windows aligned with the clock's
// minute.
type quota struct {
	world *world.World

	mu        sync.Mutex
	taken     map[string][]time.Time // metric and project -> calls of the last minute, oldest first
	throttled int
}

// take accepts or refuses a call. A nil quota accepts all calls.
func (q *quota) take(c transport.Call) error {
	l, ok := limitOf(c)
	if q == nil || !ok {
		return nil
	}
	now := q.world.Clock()
	key := l.service + "/" + l.metric + " " + q.world.ProjectNumber(c.Project())
	q.mu.Lock()
	defer q.mu.Unlock()
	recent := q.taken[key]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if len(recent) >= l.perMinute {
		q.taken[key] = recent
		q.throttled++
		return l.exceeded(q.world.ProjectNumber(c.Project()))
	}
	q.taken[key] = append(recent, now)
	return nil
}

func limitOf(c transport.Call) (limit, bool) {
	switch {
	case c.Project() == "":
		return limit{}, false
	case strings.HasPrefix(c.Method, "google.container."):
		return gkeAll, true
	case strings.HasPrefix(c.Method, "google.cloud.binaryauthorization."), ofBinauthz(c):
		return limitOfVerb(c.Method[strings.LastIndexByte(c.Method, '/')+1:]), true
	}
	l, ok := others[c.Method]
	return l, ok
}

// ofBinauthz reports whether an IAM call is for an attestor or policy. Other APIs share the IAM
// service.
func ofBinauthz(c transport.Call) bool {
	return strings.HasPrefix(c.Method, "google.iam.v1.") &&
		(strings.Contains(c.Resource, "/attestors/") || strings.HasSuffix(c.Resource, "/policy"))
}

func limitOfVerb(name string) limit {
	switch {
	case strings.HasPrefix(name, "Create"):
		return creates
	case strings.HasPrefix(name, "Update"), strings.HasPrefix(name, "Replace"), strings.HasPrefix(name, "Delete"),
		strings.HasPrefix(name, "Set"):
		return updates
	}
	return reads
}

// exceeded is the error with the text of Google's quota system
// (https://cloud.google.com/docs/quotas/troubleshoot).
func (l limit) exceeded(number string) error {
	metric := l.service + "/" + l.metric
	st := status.Newf(codes.ResourceExhausted,
		"Quota exceeded for quota metric '%s' and limit '%s per minute' of service '%s' for consumer 'project_number:%s'.",
		metric, l.metric, l.service, number)
	with, err := st.WithDetails(&errdetails.ErrorInfo{Reason: "RATE_LIMIT_EXCEEDED", Domain: "googleapis.com", Metadata: map[string]string{
		"service": l.service, "consumer": "projects/" + number, "quota_metric": metric,
		"quota_limit": l.metric + "_per_minute", "quota_limit_value": strconv.Itoa(l.perMinute),
	}})
	if err != nil {
		return st.Err()
	}
	return with.Err()
}

func newQuota(w *world.World) *quota {
	return &quota{world: w, taken: map[string][]time.Time{}}
}
