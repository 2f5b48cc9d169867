package gcp

import (
	"context"
	"sync"

	"google.golang.org/grpc"
)

// pageTokens are the page tokens sent by one attempt at a list.
type pageTokens struct {
	mu   sync.Mutex
	sent map[string]bool
}

type pageTokensKey struct{}

// withPages gives an attempt a memory of pages. Google's iterators have none, so a repeated page
// token would loop for ever, without a pause.
func withPages(ctx context.Context) context.Context {
	return context.WithValue(ctx, pageTokensKey{}, &pageTokens{})
}

// onePageOnce ends a list at a repeated page.
func onePageOnce(
	ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	page, ok := req.(interface{ GetPageToken() string })
	pages, known := ctx.Value(pageTokensKey{}).(*pageTokens)
	if ok && known && page.GetPageToken() != "" && !pages.first(page.GetPageToken()) {
		return broken(hostOf(conn.Target()), "a page of the list sent before")
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
