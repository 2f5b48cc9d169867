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

// onlyReplies makes an error that lasts of what no gRPC server answers: a redirect, a page, a message of other bytes. To grpc-go
// most of it is UNKNOWN or INTERNAL, as a passing fault is.
func onlyReplies(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	err := invoke(ctx, method, req, reply, conn, opts...)
	if what := noReply(err); what != "" {
		return broken(hostOf(conn.Target()), what)
	}
	if err == nil && isNothing(method, reply) {
		return broken(hostOf(conn.Target()), "an empty message")
	}
	return err
}

// isNothing recognises the reply of a read that lacks the name, which every object has. A public key's need not be there.
func isNothing(method string, reply any) bool {
	named, ok := reply.(interface{ GetName() string })
	_, isKey := reply.(*kmspb.PublicKey)
	return ok && !isKey && strings.Contains(method, "/Get") && named.GetName() == ""
}

// hostOf is the address in a target of gRPC, "dns:///host:port".
func hostOf(target string) string { return target[strings.LastIndexByte(target, '/')+1:] }

// httpStatus is how grpc-go reports an answer that is HTTP but not gRPC (internal/transport/http2_client.go).
var httpStatus = regexp.MustCompile(`unexpected HTTP status code received from server: (\d+)`)

// noReply says what was answered instead of gRPC, "" if it was gRPC or may pass.
func noReply(err error) string {
	message := status.Convert(err).Message()
	if found := httpStatus.FindStringSubmatch(message); found != nil {
		return noReplyOf(found[1], message)
	}
	switch code := status.Code(err); {
	case code == codes.Internal && strings.Contains(message, "failed to unmarshal the received message"):
		return "a message that cannot be read"
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
		return said + " (redirects are not followed, because credentials would go along)"
	case fromHTTP(number) == codes.Unavailable, fromHTTP(number) == codes.DeadlineExceeded, number == http.StatusTooManyRequests,
		number == http.StatusUnauthorized, number == http.StatusForbidden:
		return ""
	case strings.Contains(message, "text/html"):
		return said + " and a page (text/html)"
	}
	return said
}
