package gcp

import (
	"fmt"
	"net/http"
	"net/url"
)

// guard is the outermost layer of every HTTP client in this package. It follows no redirect.
// net/http would, and the layers below would add the token to the request to the new address, on
// another host or without TLS.
type guard struct {
	next http.RoundTripper
	// agent is the user agent of requests. Empty leaves it to the layers below.
	agent string
	// reply checks an answer other than a redirect. nil accepts all.
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

// isRedirect excludes 304, which has no new address.
func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest && status != http.StatusNotModified
}

// redirected is the error of a redirect. It names only the host of the new address: the rest may
// contain secrets.
func redirected(from *url.URL, response *http.Response) *Error {
	to := "nowhere"
	if location, err := response.Location(); err == nil {
		to = location.Scheme + "://" + location.Host
	}
	return &Error{
		Kind: KindFailed,
		Message: fmt.Sprintf("%s answered %d %s and points to %s; redirects are not followed, to protect credentials",
			from.Host, response.StatusCode, http.StatusText(response.StatusCode), to),
		Remedy: "Check custom endpoints, universe_domain and the proxies on the way to " + from.Host + ".",
	}
}

// newHTTPClient is the only constructor of HTTP clients.
func newHTTPClient(g *guard) *http.Client { return &http.Client{Transport: g} }
