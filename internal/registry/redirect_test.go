package registry

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// leaks records requests with secrets to hosts not entitled to them.
type leaks struct {
	mu    sync.Mutex
	found []string
}

func (l *leaks) look(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if all := fmt.Sprint(r.Header, r.URL, string(body)); strings.Contains(all, canary) || r.Header.Get("Authorization") != "" {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.found = append(l.found, r.Method+" "+r.Host+r.URL.Path)
	}
}

// moving is a registry with authentication and a redirect to thief.example for matching paths.
func moving(l *leaks, status int, what, to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host == "thief.example":
			l.look(r)
			_, _ = w.Write([]byte(`{"token":"stolen","access_token":"stolen"}`))
		case strings.Contains(r.URL.Path, what):
			http.Redirect(w, r, to+r.URL.Path, status)
		case r.URL.Path == "/token":
			_, _ = w.Write([]byte(`{"token":"` + canary + `-exchanged","access_token":"` + canary + `-exchanged"}`))
		case r.Header.Get("Authorization") == "":
			w.Header().Set("WWW-Authenticate", `Bearer realm="https://registry.example/token",service="s"`)
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = w.Write([]byte(plainManifest))
		}
	})
}

//nolint:paralleltest // the Docker configuration is found by the environment
func TestDockersCredentialsDoNotFollowARedirect(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("reader:" + canary))
	for name, config := range map[string]string{
		"password":       fmt.Sprintf(`{"auths":{"registry.example":{"auth":%q}}}`, basic),
		"identity token": fmt.Sprintf(`{"auths":{"registry.example":{"identitytoken":%q}}}`, canary),
	} {
		dockerConfig(t, config)
		for _, what := range []string{"/v2/", "/token", "/manifests/", "/blobs/"} {
			for _, status := range []int{301, 302, 307, 308} {
				for _, to := range []string{"https://thief.example", "http://thief.example"} {
					var l leaks
					c := reads(t, gcp.Config{AccessToken: canary})
					c.way = toServer(t, moving(&l, status, what, to))
					_, err := c.Image(t.Context(), "registry.example/app:v1", true)
					if len(l.found) > 0 {
						t.Errorf("%s, %s, %d to %s: %v, %v", name, what, status, to, l.found, err)
					}
				}
			}
		}
	}
}
