package gcp

import (
	"context"
	"sync"

	"google.golang.org/grpc"
)

// pageTokens are those that one attempt at a list has sent.
type pageTokens struct {
	mu   sync.Mutex
	sent map[string]bool
}

type pageTokensKey struct{}

// withPages gives an attempt a memory of pages. Google's iterators have none: a server that names a page twice would be asked
// for it for ever, without a pause.
func withPages(ctx context.Context) context.Context {
	return context.WithValue(ctx, pageTokensKey{}, &pageTokens{})
}

// onePageOnce ends a list that comes to a page which it had.
func onePageOnce(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	page, ok := req.(interface{ GetPageToken() string })
	pages, known := ctx.Value(pageTokensKey{}).(*pageTokens)
	if ok && known && page.GetPageToken() != "" && !pages.first(page.GetPageToken()) {
		return broken(hostOf(conn.Target()), "a page of the list that it had sent before")
	}
	return invoke(ctx, method, req, reply, conn, opts...)
}

func (p *pageTokens) first(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent[token] {
		return false
	}
	if p.sent == nil {
		p.sent = map[string]bool{}
	}
	p.sent[token] = true
	return true
}
