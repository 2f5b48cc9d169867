package gcp

import (
	"context"
	"errors"
	"net/url"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/compute/metadata"
)

// enter prepares an attempt: it fetches a token and adds the headers for the object's project. The
// clients could fetch tokens themselves, but gRPC reports all token errors as INTERNAL, and a fetch
// started by another call ends with the context of that call. Credentials exist as soon as a client
// with credentials exists.
func (c *Clients) enter(ctx context.Context, project string) (context.Context, error) {
	if creds, made := c.credentials.peek(); made {
		if _, err := tokenOf(ctx, creds); err != nil {
			return ctx, err
		}
	}
	return c.withHeaders(ctx, project), nil
}

// tokenOf is a token of creds. Waiting for the fetch of another call ends with the own context.
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

// noToken is the Error of a missing token. Answers of the token service are explained already
// (tokenReply). Failed connections are transient, except for a bad certificate; the rest is an
// error in the credentials.
func noToken(err error) *Error {
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	e := &Error{
		Kind:    KindUnauthenticated,
		Message: "no access token: " + firstLine(err.Error()),
		Remedy:  remedy(KindUnauthenticated, method{}, ""),
		cause:   err,
	}
	if _, isCall := errors.AsType[*url.Error](err); isCall || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		e.Kind = either(isUntrusted(err.Error()), KindFailed, KindTransient)
		e.Remedy = remedy(e.Kind, method{}, "")
	}
	if server, ok := errors.AsType[*metadata.Error](err); ok && server.Code >= 500 {
		e.Kind = KindTransient
	}
	return e
}
