package gcp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tokenServer answers every request for a token like this.
func tokenServer(t *testing.T, answer func(w http.ResponseWriter, n int32)) (host string, asked *atomic.Int32) {
	t.Helper()
	asked = new(atomic.Int32)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, asked.Add(1)) }))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "https://"), asked
}

// asIdentity makes one call by gRPC, one by REST, and fetches a token for a registry.
var asIdentity = map[string]func(context.Context, *Clients) error{
	"gRPC":       everyClient["binauthz"],
	"REST":       everyClient["clusters"],
	"registries": func(ctx context.Context, c *Clients) error { _, err := c.AccessToken(ctx); return err },
}

func TestARefusedIdentityIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	const api = `{"error":{"code":403,"message":"Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not ` +
		`exist).","status":"PERMISSION_DENIED"}}`
	for name, k := range map[string]struct {
		identity            string
		status              int
		body, words, remedy string
	}{
		"audience": {
			"external account", 400, `{"error":"invalid_grant","error_description":"The audience is wrong."}`,
			"400 Bad Request: invalid_grant: The audience is wrong.", "Renew the credentials",
		},
		"client": {
			"external account", 401, `{"error":"invalid_client"}`, "401 Unauthorized: invalid_client", "Renew the credentials",
		},
		"condition": {
			"external account", 403,
			`{"error":"unauthorized_client","error_description":"The given credential is rejected by the attribute condition."}`,
			"attribute condition", "Renew the credentials",
		},
		"page": {"external account", 403, "<html>" + canary, "gave no token: 403 Forbidden", "Renew the credentials"},
		"echo": {
			"external account", 400, `{"error":"bad","error_description":"no good: ` + canaryToken + `"}`, "400 Bad Request",
			"Renew the credentials",
		},
		"login page": {"external account", 200, "<html>" + canary, "something else than a token", "Check the address"},
		"no tokenCreator": {
			"impersonation", 403, api, "403 Forbidden: Permission 'iam.serviceAccounts.getAccessToken' denied",
			"add-iam-policy-binding target@demo.iam.gserviceaccount.com --member=MEMBER --role=roles/iam.serviceAccountTokenCreator",
		},
		"chain, first link": {
			"impersonated chain", 401, `{"error":"invalid_client"}`, "401 Unauthorized: invalid_client", "Renew the credentials",
		},
		"user, signed out": {
			"authorized user", 400, `{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`,
			"expired or revoked", "gcloud auth application-default login",
		},
		"refresh token, echo": {
			"authorized user", 400, `{"error":"bad","error_description":"` + canary + `-refresh"}`, "400 Bad Request", "Renew",
		},
	} {
		for way, call := range asIdentity {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				host, asked := tokenServer(t, func(w http.ResponseWriter, _ int32) {
					w.Header().Set("Content-Type", either2(strings.HasPrefix(k.body, "<"), "text/html", "application/json"))
					w.WriteHeader(k.status)
					_, _ = w.Write([]byte(k.body))
				})
				api := record(t, true)
				config := everyIdentity(t, host)[k.identity]
				config.Endpoints = everywhere(api.URL)
				c := tokensAt(host, config)
				t.Cleanup(func() { hangUp(c) })
				err := call(t.Context(), c)
				var e *Error
				if !errors.As(err, &e) || !strings.Contains(e.Message, k.words) || !strings.Contains(e.Remedy, k.remedy) {
					t.Errorf("%v\n%+v", err, e)
				}
				if want := either(k.status == 200, KindFailed, KindUnauthenticated); !IsKind(err, want) {
					t.Errorf("kind of %v", err)
				}
				if strings.Contains(fmt.Sprintf("%v %+v", err, e), "S3CR3T") {
					t.Errorf("a secret is in %v", err)
				}
				if asked.Load() != 1 || len(api.requests) != 0 {
					t.Errorf("%d requests for a token, %d calls", asked.Load(), len(api.requests))
				}
			})
		}
	}
}

func either2(yes bool, one, other string) string { return string(either(yes, Kind(one), Kind(other))) }

func TestABadMomentOfATokenServicePasses(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503, 429} {
		for _, way := range []string{"gRPC", "REST"} {
			t.Run(fmt.Sprint(status, way), func(t *testing.T) {
				t.Parallel()
				host, asked := tokenServer(t, func(w http.ResponseWriter, n int32) {
					if n < 3 {
						w.WriteHeader(status)
						return
					}
					w.Header().Set("Content-Type", "application/json")
					_, _ = w.Write([]byte(`{"access_token":"` + canaryToken + `","token_type":"Bearer","expires_in":3600}`))
				})
				api := record(t, true)
				config := everyIdentity(t, host)["external account"]
				config.Endpoints, config.Pause = everywhere(api.URL), testPause
				c := tokensAt(host, config)
				t.Cleanup(func() { hangUp(c) })
				expectKind(t, asIdentity[way](t.Context(), c), KindNotFound)
				if asked.Load() != 3 || len(api.requests) != 1 || api.requests[0].Header.Get("Authorization") != "Bearer "+canaryToken {
					t.Errorf("%d requests for a token, %v", asked.Load(), api.requests)
				}
			})
		}
	}
}

func TestABrokenCredentialSourceIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	host, asked := tokenServer(t, func(http.ResponseWriter, int32) {})
	config := everyIdentity(t, host)["external account"]
	config.Credentials = strings.ReplaceAll(config.Credentials, "/subject", "/none-such")
	config.Endpoints = Endpoints{Container: "https://" + host}
	began := time.Now()
	err := everyClient["clusters"](t.Context(), tokensAt(host, config))
	if !IsKind(err, KindUnauthenticated) || !strings.Contains(err.Error(), "none-such") || asked.Load() != 0 ||
		time.Since(began) > 5*time.Second {
		t.Errorf("%v, %d", err, asked.Load())
	}
}

func TestAnInterruptDoesNotWaitForAToken(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	host, _ := tokenServer(t, func(http.ResponseWriter, int32) { <-stop })
	t.Cleanup(func() { close(stop) })
	config := everyIdentity(t, host)["external account"]
	config.Endpoints = everywhere("https://" + host)
	c := tokensAt(host, config)
	t.Cleanup(func() { hangUp(c) })
	first, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	go func() { _ = everyClient["binauthz"](first, c) }() // holds the lock of the cache of tokens
	time.Sleep(50 * time.Millisecond)
	for way, call := range asIdentity {
		if way == "registries" {
			continue // they have a cache of their own
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(50*time.Millisecond, cancel)
		began := time.Now()
		err := call(ctx, c)
		if !IsKind(err, KindInterrupted) || time.Since(began) > time.Second {
			t.Errorf("%s: %v after %s", way, err, time.Since(began))
		}
	}
}
