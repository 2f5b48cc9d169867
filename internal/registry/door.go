package registry

import (
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// door checks every request of one attempt. go-containerregistry uses http for private addresses
// (name.Registry.Scheme), follows redirects to http, and sends credentials to any token server
// named by a registry. Here http is only for the local machine, no credentials follow a redirect,
// and Google credentials are sent only to the registry.
type door struct {
	repository name.Repository
	host       string
	google     bool
	anonymous  bool
	way        http.RoundTripper

	retryAfter time.Duration
}

func (r *Reader) door(to name.Repository) *door {
	host := to.RegistryStr()
	return &door{repository: to, host: host, google: r.clients.SendsCredentials() && isGoogleRegistry(host), way: r.way}
}

// newTransport uses the environment's proxies; Go never uses them for the local machine. The
// context limits the time of an attempt.
func newTransport() http.RoundTripper {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 10, IdleConnTimeout: 90 * time.Second,
	}
}

// RoundTrip implements http.RoundTripper.
func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !(isThisMachine(r.URL.Hostname()) && isThisMachine(d.repository.RegistryStr())) {
		return nil, &gcp.Error{
			Kind: gcp.KindFailed, Message: "a request to " + r.URL.Host + " without TLS was not sent",
			Remedy: "Registries must use https, except on the local machine (localhost, 127.0.0.1).",
		}
	}
	// A token request is a POST with a secret in its body. net/http itself removes credentials from
	// headers.
	if r.Response != nil && r.Method == http.MethodPost {
		return nil, &gcp.Error{Kind: gcp.KindFailed, Message: "a redirect to " + r.URL.Host +
			" was not followed, because it would receive credentials"}
	}
	if d.google && r.URL.Host != d.host && r.Header.Get("Authorization") != "" {
		r = r.Clone(r.Context())
		r.Header.Del("Authorization")
	}
	response, err := d.way.RoundTrip(r)
	if err == nil && (response.StatusCode == http.StatusTooManyRequests || response.StatusCode == http.StatusServiceUnavailable) {
		d.retryAfter = retryAfter(response.Header.Get("Retry-After"))
	}
	return response, err
}

// isThisMachine accepts a host with or without a port.
func isThisMachine(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// retryAfter reads both forms of the header (RFC 9110, section 10.2.3).
func retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(0, seconds), 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
