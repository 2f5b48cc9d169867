package transport

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// maskHeader is the system parameter for partial responses
// (https://cloud.google.com/apis/docs/system-parameters).
const maskHeader = "x-goog-fieldmask"

// NewGRPC returns a server with intercept around all calls. honorMask enables partial responses.
func NewGRPC(intercept Intercept, honorMask bool) *grpc.Server {
	return grpc.NewServer(grpc.UnaryInterceptor(
		func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
			call := Call{Method: strings.TrimPrefix(info.FullMethod, "/"), Resource: resourceOf(request)}
			noteMethod(ctx, call.Method)
			answer, err := intercept(ctx, call, func(ctx context.Context) (any, error) { return handler(ctx, request) })
			if m, ok := answer.(proto.Message); ok && err == nil && honorMask {
				return maskProto(m, maskOf(ctx))
			}
			return answer, err
		}))
}

func maskOf(ctx context.Context) string {
	if v := metadata.ValueFromIncomingContext(ctx, maskHeader); len(v) > 0 {
		return v[0]
	}
	return ""
}
