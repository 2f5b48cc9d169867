package gcp

import (
	"context"
	"errors"
	"sync/atomic"

	"google.golang.org/grpc"
)

// errNextPage ends an attempt at a list after its page.
var errNextPage = errors.New("the list has another page")

type pageReadKey struct{}

// withOnePage limits an attempt at a list to one page. Google's iterators go on after an empty page
// without a return to the caller.
func withOnePage(ctx context.Context) context.Context {
	return context.WithValue(ctx, pageReadKey{}, new(atomic.Bool))
}

// onlyOnePage does not send the request for another page in the same attempt.
func onlyOnePage(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	_, list := req.(interface{ GetPageToken() string })
	read, limited := ctx.Value(pageReadKey{}).(*atomic.Bool)
	if !list || !limited {
		return invoke(ctx, method, req, reply, conn, opts...)
	}
	if read.Load() {
		return errNextPage
	}
	err := invoke(ctx, method, req, reply, conn, opts...)
	if err == nil {
		read.Store(true)
	}
	return err
}
