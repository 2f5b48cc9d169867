package gcp

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// everyClient makes one call with each of Google's clients, by the name of the client's field in
// Clients.
var everyClient = map[string]func(context.Context, *Clients) error{
	"binauthz": func(ctx context.Context, c *Clients) error { _, err := c.FreshAttestor(ctx, attestorName); return err },
	"system":   func(ctx context.Context, c *Clients) error { _, err := c.SystemPolicy(ctx, "us-central1"); return err },
	"validation": func(ctx context.Context, c *Clients) error {
		_, _, err := c.ValidateAttestation(ctx, attestorName, &Occurrence{})
		return err
	},
	"notes": func(ctx context.Context, c *Clients) error { _, err := c.Note(ctx, noteName); return err },
	"analysis": func(ctx context.Context, c *Clients) error {
		_, err := c.AllowPolicy(ctx, noteName.String())
		return err
	},
	"operations": func(ctx context.Context, c *Clients) error {
		_, err := c.getOperation(ctx, prodName, "operation-1")
		return err
	},
	"clusters": func(ctx context.Context, c *Clients) error { _, err := c.FreshCluster(ctx, prodName); return err },

	"inventory": func(ctx context.Context, c *Clients) error { _, err := c.Pods(ctx, "projects/demo"); return err },
	"logs":      entriesOf,
	"platforms": func(ctx context.Context, c *Clients) error {
		_, err := c.FreshPlatformPolicy(ctx, resname.PlatformPolicy{Project: "p", Platform: "gke", ID: "a"})
		return err
	},
	"occurrences": func(ctx context.Context, c *Clients) error {
		_, err := c.ConformanceEvidence(Beside{}).Occurrences(ctx, "demo", "BUILD", anArtifact)
		return err
	},
	"artifacts": func(ctx context.Context, c *Clients) error { _, err := c.uploadTime(ctx, anArtifact); return err },
	"keys":      func(ctx context.Context, c *Clients) error { _, err := c.PublicKey(ctx, aKeyVersion); return err },
}

// tokenFields are the clients for tokens; everyIdentity has their tests.
var tokenFields = map[string]bool{"credentials": true, "tokens": true}

func TestEveryClientIsTestedForRedirects(t *testing.T) {
	t.Parallel()
	for field := range reflect.TypeFor[Clients]().Fields() {
		if strings.HasPrefix(field.Type.Name(), "lazy[") && everyClient[field.Name] == nil && !tokenFields[field.Name] {
			t.Errorf("the client %s has no call in everyClient", field.Name)
		}
	}
}

// TestClientsOfHTTPAreMadeInOnePlace finds unguarded clients. restClient's is passed to
// newHTTPClient.
func TestClientsOfHTTPAreMadeInOnePlace(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range parsed.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(function, func(n ast.Node) bool {
				literal, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if selected, ok := literal.Type.(*ast.SelectorExpr); ok && selected.Sel.Name == "Client" {
					found = append(found, function.Name.Name)
				}
				return true
			})
		}
	}
	if fmt.Sprint(found) != "[newHTTPClient restClient]" {
		t.Errorf("clients of HTTP are made in %v", found)
	}
}

// redirects answers every request with status and a location, and counts them.
type redirects struct {
	*httptest.Server
	count atomic.Int32
}

func redirecting(t *testing.T, status int, to string) *redirects {
	t.Helper()
	r := &redirects{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.count.Add(1)
		w.Header().Set("Location", to+"/elsewhere?secret="+canary)
		w.WriteHeader(status)
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.EnableHTTP2 = true
	r.StartTLS()
	t.Cleanup(r.Close)
	return r
}

// eachRedirect runs test for every redirect status, to another host with TLS and without.
func eachRedirect(t *testing.T, test func(t *testing.T, from *redirects, thief *recorder)) {
	t.Helper()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, tls := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d, TLS %t", status, tls), func(t *testing.T) {
				t.Parallel()
				thief := record(t, tls)
				test(t, redirecting(t, status, thief.URL), thief)
			})
		}
	}
}

// notFollowed checks the error of a redirected call, and that no other host got a request.
func notFollowed(t *testing.T, err error, from *redirects, thief *recorder) {
	t.Helper()
	if len(thief.requests) != 0 {
		t.Errorf("followed with Authorization %q", thief.requests[0].Header.Get("Authorization"))
	}
	host := strings.TrimPrefix(from.URL, "https://")
	if !IsKind(err, KindFailed) || !strings.Contains(err.Error(), host) || !strings.Contains(err.Error(), "redirects are not followed") ||
		strings.Contains(err.Error(), canary) {
		t.Errorf("%v", err)
	}
	if from.count.Load() != 1 {
		t.Errorf("asked %d times", from.count.Load())
	}
}

func TestNoClientFollowsARedirect(t *testing.T) {
	t.Parallel()
	for name, call := range everyClient {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachRedirect(t, func(t *testing.T, from *redirects, thief *recorder) {
				t.Helper()
				c := New(Config{AccessToken: canaryToken, Endpoints: everywhere(from.URL)})
				t.Cleanup(func() { hangUp(c) })
				notFollowed(t, call(t.Context(), c), from, thief)
			})
		})
	}
}

// towards redirects requests for Google's token services to one server.
type towards struct{ host string }

func (w towards) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Hostname(), ".googleapis.com") {
		r = r.Clone(r.Context())
		r.URL.Host = w.host
	}
	return http.DefaultTransport.RoundTrip(r)
}

// everyIdentity are the configurations with the server of host as token server.
func everyIdentity(t *testing.T, host string) map[string]Config {
	t.Helper()
	subject := filepath.Join(t.TempDir(), "subject")
	if err := os.WriteFile(subject, []byte(canaryToken), 0o600); err != nil {
		t.Fatal(err)
	}
	file := func(values map[string]any) string {
		text, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	account := map[string]any{}
	if err := json.Unmarshal([]byte(serviceAccount(t, "sa@demo")), &account); err != nil {
		t.Fatal(err)
	}
	account["token_uri"] = "https://" + host + "/token"
	external := map[string]any{
		"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://" + host + "/sts",
		"credential_source": map[string]any{"file": subject},
	}
	user := map[string]any{
		"type": "authorized_user", "client_id": "c", "client_secret": canary + "-client", "refresh_token": canary + "-refresh",
	}
	return map[string]Config{
		"service account":    {Credentials: file(account)},
		"external account":   {Credentials: file(external)},
		"authorized user":    {Credentials: file(user)},
		"impersonation":      {AccessToken: canaryToken, ImpersonateServiceAccount: "target@demo.iam.gserviceaccount.com"},
		"impersonated chain": {Credentials: file(external), ImpersonateServiceAccount: "target@demo.iam.gserviceaccount.com"},
	}
}

// tokensAt are clients with tokens from the server of host, without self-signed tokens of a service
// account.
func tokensAt(host string, config Config) *Clients {
	c := New(config)
	c.toTokens = towards{host}
	return c
}

func TestNoTokenServiceIsFollowedElsewhere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"service account", "external account", "authorized user", "impersonation", "impersonated chain"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachRedirect(t, func(t *testing.T, from *redirects, thief *recorder) {
				t.Helper()
				host := strings.TrimPrefix(from.URL, "https://")
				_, err := tokensAt(host, everyIdentity(t, host)[name]).AccessToken(t.Context())
				if name == "impersonation" || name == "authorized user" { // with Google's host
					host = ".googleapis.com"
				}
				if err == nil || !strings.Contains(err.Error(), host) {
					t.Error(err)
				}
				if len(thief.requests) != 0 || from.count.Load() != 1 || !IsKind(err, KindFailed) ||
					!strings.Contains(err.Error(), "redirects are not followed") {
					t.Errorf("%d requests elsewhere, %d here, %v", len(thief.requests), from.count.Load(), err)
				}
			})
		})
	}
}
