package probe

import (
	"context"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	quotaPause = 20 * time.Second
	quotaTries = 6
)

// patience repeats calls refused by a quota per minute. Probes create more objects than this quota
// allows; only the later answer is of interest.
type patience struct {
	sleep func(context.Context, time.Duration) error
	// next is the transport of REST calls.
	next http.RoundTripper
}

func (p patience) unary(
	ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	for try := 1; ; try++ {
		err := invoke(ctx, method, request, reply, conn, options...)
		if !overQuota(err) || try == quotaTries || p.sleep(ctx, quotaPause) != nil {
			return err
		}
	}
}

// overQuota reports whether a quota of calls was exceeded. A quota of objects does not count,
// because it does not recover with time.
func overQuota(err error) bool {
	return status.Code(err) == codes.ResourceExhausted && refusalOf(err).reason == "RATE_LIMIT_EXCEEDED"
}

// repeatable reports whether the body of a request can be sent again.
func repeatable(r *http.Request) bool {
	return r.Body == nil || r.Body == http.NoBody || r.GetBody != nil
}

// RoundTrip repeats REST calls.
func (p patience) RoundTrip(r *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		reply, err := p.next.RoundTrip(r)
		if err != nil || reply.StatusCode != http.StatusTooManyRequests || try == quotaTries || !repeatable(r) {
			return reply, err
		}
		if p.sleep(r.Context(), quotaPause) != nil {
			return reply, nil //nolint:nilerr // the reply says more than the end of the wait
		}
		if err := reply.Body.Close(); err != nil {
			return nil, err
		}
		if r.GetBody != nil {
			if r.Body, err = r.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}
