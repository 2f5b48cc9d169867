package gcp

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// onlyReplies makes a permanent error of a reply from something other than a gRPC server: a
// redirect, a web page, other bytes. grpc-go reports most of these as UNKNOWN or INTERNAL, like a
// transient error.
func onlyReplies(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	err := invoke(ctx, method, req, reply, conn, opts...)
	if what := noReply(err); what != "" {
		return broken(hostOf(conn.Target()), what)
	}
	if err == nil && isNothing(method, reply) {
		return broken(hostOf(conn.Target()), "an empty message")
	}
	return err
}

// isNothing reports whether the reply of a read is empty: it has no name, and is not a public key.
func isNothing(method string, reply any) bool {
	named, ok := reply.(interface{ GetName() string })
	_, isKey := reply.(*kmspb.PublicKey)
	return ok && !isKey && strings.Contains(method, "/Get") && named.GetName() == ""
}

// hostOf is the address in a target of gRPC, "dns:///host:port".
func hostOf(target string) string { return target[strings.LastIndexByte(target, '/')+1:] }

// httpStatus is the text of grpc-go for an HTTP answer other than gRPC
// (internal/transport/http2_client.go).
var httpStatus = regexp.MustCompile(`unexpected HTTP status code received from server: (\d+)`)

// noReply describes an answer other than gRPC; "" if it was gRPC or may be transient.
func noReply(err error) string {
	message := status.Convert(err).Message()
	if found := httpStatus.FindStringSubmatch(message); found != nil {
		return noReplyOf(found[1], message)
	}
	switch code := status.Code(err); {
	case code == codes.Internal && strings.Contains(message, "failed to unmarshal the received message"):
		return "an unreadable message"
	case code == codes.Unavailable && strings.Contains(message, "looked like an HTTP/1.1 header"):
		return "HTTP/1.1 instead of gRPC"
	}
	return ""
}

func noReplyOf(digits, message string) string {
	number, _ := strconv.Atoi(digits)
	said := fmt.Sprintf("HTTP status %d %s", number, http.StatusText(number))
	switch {
	case isRedirect(number):
		return said + " (redirects are not followed, to protect credentials)"
	case fromHTTP(number) == codes.Unavailable, fromHTTP(number) == codes.DeadlineExceeded, number == http.StatusTooManyRequests,
		number == http.StatusUnauthorized, number == http.StatusForbidden:
		return ""
	case strings.Contains(message, "text/html"):
		return said + " and a page (text/html)"
	}
	return said
}
