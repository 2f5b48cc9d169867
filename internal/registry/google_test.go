package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// toServer connects every host name to one https server.
func toServer(t *testing.T, handler http.Handler) *http.Transport {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: "example.com"},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
}

// seen records the credentials sent to each host.
type seen struct {
	mu   sync.Mutex
	auth map[string][]string
}

func (s *seen) note(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.auth == nil {
		s.auth = map[string][]string{}
	}
	s.auth[r.Host] = append(s.auth[r.Host], r.Header.Get("Authorization"))
}

// artifacts imitates Artifact Registry's request for credentials, with its token endpoint at realm.
// One image redirects its manifest.
func artifacts(s *seen, realm string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.note(r)
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			_, _ = w.Write([]byte(`{"token":"exchanged"}`))
		case r.URL.Path == "/moved":
			_, _ = w.Write([]byte(plainManifest))
		case r.Header.Get("Authorization") != "Bearer exchanged":
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm=%q,service="s"`, realm))
			w.WriteHeader(http.StatusUnauthorized)
		case strings.Contains(r.URL.Path, "moved"):
			http.Redirect(w, r, "https://sub."+r.Host+"/moved", http.StatusTemporaryRedirect)
		case strings.Contains(r.URL.Path, "/denied/"):
			w.WriteHeader(http.StatusForbidden)
		default:
			_, _ = w.Write([]byte(plainManifest))
		}
	})
}

// sentTo reads reference from artifacts and returns the credentials sent to each host.
func sentTo(t *testing.T, config gcp.Config, realm, reference string) (map[string][]string, error) {
	t.Helper()
	var s seen
	c := reads(t, config)
	c.way = toServer(t, artifacts(&s, realm))
	_, err := c.Image(t.Context(), reference, false)
	return s.auth, err
}

func TestGoogleCredentialsReachGoogleRegistriesOnly(t *testing.T) {
	t.Parallel()
	token := "Basic " + base64.StdEncoding.EncodeToString([]byte("oauth2accesstoken:"+canaryToken))
	with := gcp.Config{AccessToken: canaryToken}
	for _, k := range []struct {
		name, host, realm string
		config            gcp.Config
		sent              bool
	}{
		{"Artifact Registry", "us-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token", with, true},
		{"its name of old", "gcr.io", "https://gcr.io/v2/token", with, true},
		{"its name of old in Europe", "eu.gcr.io", "https://eu.gcr.io/v2/token", with, true},
		{"tokens made elsewhere", "us-docker.pkg.dev", "https://thief.example/token", with, false},
		{"another registry", "registry.example", "https://registry.example/token", with, false},
		{"a name that ends alike", "evilgcr.io", "https://evilgcr.io/token", with, false},
		{"a name that begins alike", "gcr.io.example", "https://gcr.io.example/token", with, false},
		{
			"emulator", "us-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token",
			gcp.Config{AccessToken: canaryToken, EmulatorHost: "127.0.0.1:1"},
			false,
		},
		{
			"another universe", "us-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token",
			gcp.Config{AccessToken: canaryToken, UniverseDomain: "example.cloud"},
			false,
		},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			saw, err := sentTo(t, k.config, k.realm, k.host+"/acme/app/web:v1")
			if err != nil {
				t.Error(err)
			}
			got := false
			for host, headers := range saw {
				for _, header := range headers {
					if header == token {
						got = true
						if host != k.host {
							t.Errorf("%s saw the credentials", host)
						}
					}
				}
			}
			if got != k.sent {
				t.Errorf("sent: %t; %v", got, saw)
			}
		})
	}
}

func TestGoogleCredentialsDoNotFollowARedirect(t *testing.T) {
	t.Parallel()
	const host = "us-docker.pkg.dev"
	saw, err := sentTo(t, gcp.Config{AccessToken: canaryToken}, "https://"+host+"/v2/token", host+"/acme/app/moved:v1")
	if followed := saw["sub."+host]; err != nil || len(followed) == 0 || strings.Join(followed, "") != "" {
		t.Errorf("%v, %v", saw, err)
	}
}

func TestDeniedByArtifactRegistryNamesTheRole(t *testing.T) {
	t.Parallel()
	for reference, remedy := range map[string]string{
		"europe-west1-docker.pkg.dev/acme/denied/web:v1": "gcloud artifacts repositories add-iam-policy-binding denied --project=acme " +
			"--location=europe-west1 --member=MEMBER --role=roles/artifactregistry.reader",
		"us-docker.pkg.dev/acme.com/shop/denied/web:v1": "add-iam-policy-binding denied --project=acme.com:shop --location=us --member",
		"gcr.io/acme/denied/web:v1": "gcloud projects add-iam-policy-binding acme --member=MEMBER " +
			"--role=roles/artifactregistry.reader",
	} {
		host, _, _ := strings.Cut(reference, "/")
		_, err := sentTo(t, gcp.Config{AccessToken: canaryToken}, "https://"+host+"/v2/token", reference)
		refusal{gcp.KindDenied, "403", remedy}.check(t, err)
		_, err = sentTo(t, gcp.Config{EmulatorHost: "127.0.0.1:1"}, "https://"+host+"/v2/token", reference)
		refusal{gcp.KindDenied, "403", "gcloud auth configure-docker " + host}.check(t, err)
	}
}

// plain records requests without TLS and answers none of them.
type plain struct {
	mu   sync.Mutex
	sent []string
	// redirect is the target of redirects for https requests.
	redirect string
}

func (p *plain) CloseIdleConnections() {}

func (p *plain) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Scheme != "https" {
		p.sent = append(p.sent, r.URL.String())
	}
	if p.redirect == "" {
		return nil, fmt.Errorf("http: server gave HTTP response to HTTPS client")
	}
	w := httptest.NewRecorder()
	http.Redirect(w, r, p.redirect, http.StatusFound)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

func TestNothingIsSentWithoutTLSToAnotherMachine(t *testing.T) {
	t.Parallel()
	for _, k := range []struct{ host, redirect string }{
		{"10.1.2.3:5000", ""},
		{"192.168.1.1", ""},
		{"registry.localhost:5000", ""},
		{"registry.example", ""},
		{"registry.example", "http://registry.example/v2/"},
		{"registry.example", "http://127.0.0.1:5000/v2/"},
		{"127.0.0.1:5000", "http://10.1.2.3/v2/"},
	} {
		p := &plain{redirect: k.redirect}
		c := reads(t, gcp.Config{})
		c.way = p
		_, err := c.Image(t.Context(), k.host+"/app:v1", false)
		refusal{gcp.KindFailed, "", "must use https"}.check(t, err)
		for _, url := range p.sent {
			if !strings.HasPrefix(url, "http://127.0.0.1") || k.host != "127.0.0.1:5000" {
				t.Errorf("%s: %s was sent", k.host, url)
			}
		}
	}
}

func TestACertificateThatNobodyTrusts(t *testing.T) {
	t.Parallel()
	c := reads(t, gcp.Config{})
	way := toServer(t, http.NotFoundHandler())
	way.TLSClientConfig.RootCAs = x509.NewCertPool()
	c.way = way
	_, err := c.Image(t.Context(), "registry.example/app:v1", false)
	refusal{gcp.KindFailed, "x509", "SSL_CERT_FILE"}.check(t, err)
}

// TestAServiceAccountReadsWithAnAccessToken: Artifact Registry documents access tokens, so a
// service account's key is exchanged for one instead of signing its own token.
func TestAServiceAccountReadsWithAnAccessToken(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"` + canaryToken + `","token_type":"Bearer","expires_in":3600}`))
	}))
	t.Cleanup(tokens.Close)
	file := serviceAccount(t, "reader@acme", tokens.URL)
	const host = "us-docker.pkg.dev"
	saw, err := sentTo(t, gcp.Config{Credentials: file}, "https://"+host+"/v2/token", host+"/acme/app/web:v1")
	refused := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	t.Cleanup(refused.Close)
	_, expired := sentTo(t, gcp.Config{Credentials: strings.ReplaceAll(file, tokens.URL, refused.URL)}, "https://"+host+"/v2/token",
		host+"/acme/app/web:v1")
	refusal{gcp.KindUnauthenticated, "", "Renew the credentials"}.check(t, expired)
	if err != nil || asked.Load() != 1 || !slices.Contains(saw[host],
		"Basic "+base64.StdEncoding.EncodeToString([]byte("oauth2accesstoken:"+canaryToken))) {
		t.Errorf("%v, %v, %d tokens", saw, err, asked.Load())
	}
}

// Not parallel: it hides Application Default Credentials.
func TestWithoutCredentialsGooglesRegistriesAreNotRead(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	_, err := sentTo(t, gcp.Config{}, "https://gcr.io/v2/token", "gcr.io/acme/web:v1")
	refusal{gcp.KindUnauthenticated, "no credentials", "gcloud auth application-default login"}.check(t, err)
}
