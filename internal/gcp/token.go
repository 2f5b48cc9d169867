package gcp

import (
	"context"
	"errors"
	"net/url"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/compute/metadata"
)

// enter prepares an attempt: it makes sure of a token and adds what depends on the object's project. The clients fetch tokens
// themselves, but gRPC reports all that goes wrong with one as INTERNAL, and a fetch that another call began ends with that
// one's context. There are credentials as soon as there is a client that sends them.
func (c *Clients) enter(ctx context.Context, project string) (context.Context, error) {
	if creds, made := c.credentials.peek(); made {
		if _, err := tokenOf(ctx, creds); err != nil {
			return ctx, err
		}
	}
	return c.withHeaders(withPages(ctx), project), nil
}

// tokenOf is a token of creds. Who waits for somebody else's fetch does not outwait its own context.
func tokenOf(ctx context.Context, creds *auth.Credentials) (*auth.Token, error) {
	type answer struct {
		token *auth.Token
		err   error
	}
	found := make(chan answer, 1)
	go func() {
		token, err := creds.Token(ctx)
		found <- answer{token, err}
	}()
	select {
	case a := <-found:
		if a.err != nil {
			return nil, noToken(a.err)
		}
		return a.token, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// noToken says what it means that there is no token. What the token service answered is explained already (tokenReply). What
// never reached it passes, unless it is a certificate; the rest is wrong with the configuration of the credentials.
func noToken(err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	e := &Error{Kind: KindUnauthenticated, Message: "no access token: " + firstLine(err.Error()), Remedy: remedy(KindUnauthenticated, method{}, ""), cause: err}
	if _, isCall := errors.AsType[*url.Error](err); isCall || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		e.Kind = either(isUntrusted(err.Error()), KindFailed, KindTransient)
		e.Remedy = remedy(e.Kind, method{}, "")
	}
	if server, ok := errors.AsType[*metadata.Error](err); ok && server.Code >= 500 {
		e.Kind = KindTransient
	}
	return e
}
