package gcp

import (
	"fmt"
	"net/http"
	"net/url"
)

// guard is the outermost layer of every client of HTTP in this package. It follows no redirect: net/http would, and the layers
// below it would put the token on the request to the new place, another host or one without TLS.
type guard struct {
	next http.RoundTripper
	// agent is what requests say of who sends them. Empty leaves that to the layers below.
	agent string
	// reply looks at what was answered, if it is no redirect. nil takes anything.
	reply func(*http.Response) (*http.Response, error)
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.agent != "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", agentOf(r.Context(), g.agent))
	}
	response, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if isRedirect(response.StatusCode) {
		_ = response.Body.Close()
		return nil, redirected(r.URL, response)
	}
	if g.reply == nil {
		return response, nil
	}
	return g.reply(response)
}

// isRedirect leaves 304 out, which sends nobody anywhere.
func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest && status != http.StatusNotModified
}

// redirected names where a reply points to by its host alone: the rest of a location may hold what is nobody's business.
func redirected(from *url.URL, response *http.Response) *Error {
	to := "nowhere"
	if location, err := response.Location(); err == nil {
		to = location.Scheme + "://" + location.Host
	}
	return &Error{
		Kind:    KindFailed,
		Message: fmt.Sprintf("%s answered %d %s and points to %s; redirects are not followed, because credentials would go along", from.Host, response.StatusCode, http.StatusText(response.StatusCode), to),
		Remedy:  "Check custom endpoints, universe_domain and the proxies on the way to " + from.Host + ".",
	}
}

// newHTTPClient is the only place that makes a client of HTTP.
func newHTTPClient(g *guard) *http.Client { return &http.Client{Transport: g} }
