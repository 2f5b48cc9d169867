package registry

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/registry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// around sends each request through answer first. A result of true means the request is answered.
func around(answer func(w http.ResponseWriter, r *http.Request) bool) func(http.Handler) http.Handler {
	return func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !answer(w, r) {
				inner.ServeHTTP(w, r)
			}
		})
	}
}

func TestImageIsReadFromItsRegistry(t *testing.T) {
	t.Parallel()
	var blobs atomic.Int32
	r := registry.Start(t, around(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/blobs/") {
			blobs.Add(1)
		}
		return false
	}))
	index, of := r.PushIndex(t, "app/web", "latest", "linux/amd64", "linux/arm64/v8", "windows/amd64:10.0.20348.2700")
	single := r.Push(t, "app/tool", "v1", "linux/arm64/v8")
	helm := r.PushManifest(t, "app/chart", "v1", registry.Manifest, []byte(`{"schemaVersion":2}`))
	plain := r.PushManifest(t, "app/plain", "v1", "text/plain; charset=utf-8", []byte(`{"schemaVersion":2,"manifests":[]}`))
	c := reads(t, gcp.Config{EmulatorHost: "127.0.0.1:1"})
	listed := []Manifest{
		{"linux/amd64", of[0], registry.Manifest},
		{"linux/arm64/v8", of[1], registry.Manifest},
		{"windows/amd64:10.0.20348.2700", of[2], registry.Manifest},
	}
	for _, k := range []struct {
		reference, repository string
		platforms             bool
		want                  Image
		blobs                 int32
	}{
		{"/app/web", "/app/web", true, Image{Digest: index, MediaType: registry.Index, Index: true, Manifests: listed}, 0},
		{"/app/web:latest", "/app/web", false, Image{Digest: index, MediaType: registry.Index, Index: true, Manifests: listed}, 0},
		{"/app/web@" + index, "/app/web", false, Image{Digest: index, MediaType: registry.Index, Index: true, Manifests: listed}, 0},
		{"/app/web:gone@" + of[1], "/app/web", false, Image{Digest: of[1], MediaType: registry.Manifest}, 0},
		{"/app/tool:v1", "/app/tool", false, Image{Digest: single, MediaType: registry.Manifest}, 0},
		{
			"/app/tool:v1", "/app/tool", true,
			Image{Digest: single, MediaType: registry.Manifest, Manifests: []Manifest{{"linux/arm64/v8", single, registry.Manifest}}},
			1,
		},
		{"/app/chart:v1", "/app/chart", false, Image{Digest: helm, MediaType: registry.Manifest}, 0},
		{"/app/plain:v1", "/app/plain", false, Image{Digest: plain, MediaType: registry.Index, Index: true, Manifests: []Manifest{}}, 0},
	} {
		blobs.Store(0)
		k.want.Repository = r.Host + k.repository
		got, err := c.Image(t.Context(), r.Host+k.reference, k.platforms)
		if err != nil || fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", k.want) {
			t.Errorf("%s: %+v, %v\nwant %+v", k.reference, got, err, k.want)
		}
		if blobs.Load() != k.blobs {
			t.Errorf("%s: %d blobs were read", k.reference, blobs.Load())
		}
	}
}

func TestShortNamesAreDockerHubs(t *testing.T) {
	t.Parallel()
	server := registry.Start(t)
	digest := server.Push(t, "library/nginx", "1.27", "linux/amd64")
	c := reads(t, gcp.Config{})
	c.way = toServer(t, server.Config.Handler)
	for _, reference := range []string{"nginx:1.27", "docker.io/nginx:1.27", "index.docker.io/library/nginx:1.27"} {
		got, err := c.Image(t.Context(), reference, false)
		if err != nil || got.Repository != "docker.io/library/nginx" || got.Digest != digest {
			t.Errorf("%s: %+v, %v", reference, got, err)
		}
	}
}

// refusal is the expected error for an unreadable image.
type refusal struct {
	kind            gcp.Kind
	message, remedy string
}

func (f refusal) check(t *testing.T, err error) {
	t.Helper()
	var e *gcp.Error
	if !errors.As(err, &e) || e.Kind != f.kind || !strings.Contains(e.Message, f.message) || !strings.Contains(e.Remedy, f.remedy) {
		t.Errorf("%+v\n%v\nwant %+v", e, err, f)
	}
}

// answer gives every request but the first one the same reply, with headers by name and value.
func answer(code int, body string, headers ...string) func(http.Handler) http.Handler {
	return around(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/v2/" {
			return false
		}
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
		return true
	})
}

func TestWhatCannotBeReadSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]struct {
		around    func(http.Handler) http.Handler
		reference string
		want      refusal
	}{
		"no tag": {
			answer(404, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such tag"}]}`), "/app:v2",
			refusal{gcp.KindNotFound, "404 Not Found: MANIFEST_UNKNOWN: no such tag", "same apply pushes the image"},
		},
		"denied": {
			answer(403, `{"errors":[{"code":"DENIED","message":"not yours"}]}`), "/app:v2",
			refusal{gcp.KindDenied, "DENIED: not yours", "docker login 127.0.0.1"},
		},
		"anonymous": {
			answer(401, "<html>"+canary), "/app:v2",
			refusal{gcp.KindUnauthenticated, "answered 401 Unauthorized", "The read was anonymous"},
		},
		"a page": {answer(403, "<html>"+canary), "/app:v2", refusal{gcp.KindDenied, "answered 403 Forbidden", ""}},
		"hours of quota": {
			answer(429, `{"errors":[{"code":"TOOMANYREQUESTS","message":"pull rate limit"}]}`, "Retry-After", "3600"), "/app:v2",
			refusal{gcp.KindLimit, "TOOMANYREQUESTS", "docker login"},
		},
		"invalid": {
			answer(400, `{"errors":[{"code":"NAME_INVALID","message":"no"}]}`), "/app:v2",
			refusal{gcp.KindInvalid, "NAME_INVALID", "Correct"},
		},
		"no manifest": {answer(200, "<html>"), "/app:v2", refusal{gcp.KindFailed, "not a manifest", ""}},
		"a login": {
			answer(200, `{"token":"t"}`), "/app:v2", refusal{gcp.KindFailed, "schemaVersion is not 2", "under the registry's name"},
		},
		"null":     {answer(200, `null`), "/app:v2", refusal{gcp.KindFailed, "schemaVersion is not 2", ""}},
		"no shape": {answer(200, `{"schemaVersion":2}`), "/app:v2", refusal{gcp.KindFailed, "neither the media type", ""}},
		"paths": {
			answer(200, `{"schemaVersion":2,"manifests":[{"digest":"sha256:../../x"}]}`), "/app:v2",
			refusal{gcp.KindFailed, "one of its manifests has no digest", ""},
		},
		"null in a list": {
			answer(200, `{"schemaVersion":2,"manifests":[null]}`), "/app:v2",
			refusal{gcp.KindFailed, "one of its manifests has no digest", ""},
		},
		"path of config": {
			answer(200, `{"schemaVersion":2,"config":{"digest":"sha256:../../../other/blobs/x"}}`), "/app:v2",
			refusal{gcp.KindFailed, "its config has no digest", ""},
		},
		"schema 1": {
			answer(200, `{}`, "Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws"), "/app:v2",
			refusal{gcp.KindFailed, "schema 1", "push it again"},
		},
		"other content": {
			answer(200, `{}`), "/app@sha256:" + strings.Repeat("a", 64), refusal{gcp.KindFailed, "want sha256:aaa", "Do not use it"},
		},
		"endless":      {answer(200, strings.Repeat(" ", mostBytes+1)), "/app:v2", refusal{gcp.KindFailed, "too large", ""}},
		"no reference": {answer(200, ""), "/App", refusal{gcp.KindInvalid, "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := registry.Start(t, k.around)
			_, err := reads(t, gcp.Config{}).Image(t.Context(), r.Host+k.reference, false)
			k.want.check(t, err)
			if strings.Contains(fmt.Sprintf("%v", err), canary) {
				t.Error("a page is in the message")
			}
		})
	}
}

// drop closes the connection instead of answering, or in the middle of an answer.
func drop(t *testing.T, w http.ResponseWriter) {
	t.Helper()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_ = conn.Close()
}

func TestTheConfigurationOfAnImageHasToBeTheOneItNames(t *testing.T) {
	t.Parallel()
	r := registry.Start(t, around(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/blobs/") {
			return false
		}
		_, _ = w.Write([]byte(`{"os":"linux","architecture":"s390x"}`))
		return true
	}))
	r.Push(t, "app", "v1", "linux/amd64")
	_, err := reads(t, gcp.Config{}).Image(t.Context(), r.Host+"/app:v1", true)
	refusal{gcp.KindFailed, "the digest of the registry's answer is wrong", "Do not use it"}.check(t, err)
}

func TestPassingFaultsOfARegistryAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(w http.ResponseWriter, r *http.Request){
		"rate limit": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"unavailable":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"bad gateway":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"lost connection": func(w http.ResponseWriter, _ *http.Request) { drop(t, w) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("{"))
			_ = http.NewResponseController(w).Flush()
			drop(t, w)
		},
	} {
		for _, at := range []string{"/v2/", "/manifests/", "/blobs/"} {
			t.Run(name+at, func(t *testing.T) {
				t.Parallel()
				var struck atomic.Int32
				r := registry.Start(t, around(func(w http.ResponseWriter, r *http.Request) bool {
					hit := r.TLS == nil && (r.URL.Path == at || at != "/v2/" && strings.Contains(r.URL.Path, at))
					if !hit || struck.Add(1) > 3 {
						return false
					}
					fault(w, r)
					return true
				}))
				digest := r.Push(t, "app", "v1", "linux/amd64")
				got, err := reads(t, gcp.Config{}).Image(t.Context(), r.Host+"/app:v1", true)
				if err != nil || got.Digest != digest {
					t.Errorf("%+v, %v", got, err)
				}
				onlyHeader := name == "cut off" && at == "/v2/" // whose text says nothing
				if struck.Load() < 4 && !onlyHeader {
					t.Errorf("struck %d times", struck.Load())
				}
			})
		}
	}
}

func TestAnInterruptEndsTheReadingOfARegistry(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	r := registry.Start(t, around(func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
		return true
	}))
	defer close(stop)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	_, err := reads(t, gcp.Config{}).Image(ctx, r.Host+"/app:v1", false)
	if !gcp.IsKind(err, gcp.KindInterrupted) || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestNobodyAnswersUnderARegistrysName(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	r.Close()
	google, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = google.Close() }()
	c := reads(t, gcp.Config{EmulatorHost: google.Addr()})
	none := resname.Cluster{Project: "demo", Location: "us-central1", ID: "none"}
	if _, err := c.clients.FreshCluster(t.Context(), none); !gcp.IsKind(err, gcp.KindNotFound) {
		t.Fatal(err) // it has to have answered
	}
	_, err = c.Image(t.Context(), r.Host+"/app:v1", false)
	refusal{gcp.KindTransient, "connection refused", "No answer from " + r.Host + ". Check the name of the registry"}.check(t, err)
}

// dockerConfig sets the Docker configuration of this process.
func dockerConfig(t *testing.T, text string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
	t.Setenv("DOCKER_CONFIG", dir)
}

//nolint:paralleltest // the Docker configuration is found by the environment
func TestTheDockerConfigurationSaysWhoReads(t *testing.T) {
	const user, password = "reader", "pa55-" + canary
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	closed := map[string]func(http.Handler) http.Handler{
		"basic": around(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == basic {
				return false
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="r"`)
			w.WriteHeader(http.StatusUnauthorized)
			return true
		}),
		"bearer": around(func(w http.ResponseWriter, r *http.Request) bool {
			switch {
			case r.Header.Get("Authorization") == "Bearer t0ken":
				return false
			case r.URL.Path == "/token" && r.Header.Get("Authorization") == basic && r.URL.Query().Get("scope") == "repository:app:pull":
				_, _ = w.Write([]byte(`{"token":"t0ken"}`))
			case r.URL.Path == "/token":
				w.WriteHeader(http.StatusUnauthorized)
			default:
				w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="s"`, r.Host))
				w.WriteHeader(http.StatusUnauthorized)
			}
			return true
		}),
	}
	for name, wrap := range closed {
		r := registry.Start(t, wrap)
		digest := r.Push(t, "app", "v1", "linux/amd64")
		for _, k := range []struct {
			config string
			want   gcp.Kind
		}{
			{fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, r.Host, base64.StdEncoding.EncodeToString([]byte(user+":"+password))), ""},
			{fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, r.Host, base64.StdEncoding.EncodeToString([]byte(user+":x"))), gcp.KindDenied},
			{`{}`, gcp.KindUnauthenticated},
			{fmt.Sprintf(`{"credHelpers":{%q:"none-such"}}`, r.Host), gcp.KindUnauthenticated},
		} {
			dockerConfig(t, k.config)
			got, err := reads(t, gcp.Config{}).Image(t.Context(), r.Host+"/app:v1", true)
			switch {
			case k.want == "" && (err != nil || got.Digest != digest):
				t.Errorf("%s: %+v, %v", name, got, err)
			case k.want != "":
				refusal{k.want, "", "docker"}.check(t, err)
			}
			if strings.Contains(fmt.Sprintf("%+v", err), canary) {
				t.Errorf("%s: a secret is in %v", name, err)
			}
		}
	}
}

// The helper is a program with a long run time. Not parallel: the environment sets the path of the
// Docker configuration.
func TestACredentialHelperDoesNotHoldUpAnInterrupt(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-slow"), []byte("#!/bin/sh\nsleep 2\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	dockerConfig(t, `{"credsStore":"slow"}`)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := reads(t, gcp.Config{}).Image(ctx, "127.0.0.1:1/app:v1", false)
	if err == nil || time.Since(began) > time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
	time.Sleep(2 * time.Second) // the program ends by itself, and what waits for it with it
}
