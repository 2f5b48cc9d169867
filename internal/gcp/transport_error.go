package gcp

import (
	"errors"
	"net/http"
	"strings"

	"cloud.google.com/go/auth"
)

// kindOfTransport is for what never reached an API: most of it passes, but a token that was refused and a certificate that
// nobody trusts do not.
func kindOfTransport(err error) Kind {
	var token *auth.Error
	switch {
	case errors.As(err, &token) && refused(token):
		return KindUnauthenticated
	case isUntrusted(err.Error()):
		return KindFailed
	default:
		return KindTransient
	}
}

// refused tells a token that was refused from a token endpoint that has a bad moment.
func refused(e *auth.Error) bool {
	return e.Response == nil || e.Response.StatusCode < http.StatusInternalServerError && !e.Temporary()
}

// isUntrusted recognises a refused certificate. gRPC reports it as UNAVAILABLE, so only the text tells.
func isUntrusted(message string) bool { return strings.Contains(message, "x509: ") }
