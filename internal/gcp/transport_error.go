package gcp

import (
	"errors"
	"net/http"
	"strings"

	"cloud.google.com/go/auth"
)

// kindOfTransport is the kind of an error before any API answered. Most are transient, but not a
// refused token or an untrusted certificate.
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

// refused tells a refused token from a transient error of a token endpoint.
func refused(e *auth.Error) bool {
	return e.Response == nil || e.Response.StatusCode < http.StatusInternalServerError && !e.Temporary()
}

// isUntrusted recognizes a refused certificate. gRPC reports it as UNAVAILABLE, so only the text
// helps.
func isUntrusted(message string) bool { return strings.Contains(message, "x509: ") }
