package gcp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// answering returns clients of a server with the same answer to every request, and the count of
// requests.
func answering(t *testing.T, answer http.HandlerFunc) (*Clients, string, *atomic.Int32) {
	t.Helper()
	count := new(atomic.Int32)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		answer(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	c := New(Config{AccessToken: canaryToken, Pause: testPause, PollInterval: testPoll, Endpoints: everywhere(server.URL)})
	t.Cleanup(func() { hangUp(c) })
	return c, strings.TrimPrefix(server.URL, "https://"), count
}

// said answers with a body of a type.
func said(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// framed answers with one message of gRPC.
func framed(w http.ResponseWriter, message []byte) {
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("Trailer", "Grpc-Status")
	_, _ = w.Write(append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))), message...))
	w.Header().Set("Grpc-Status", "0")
}

// lasting checks an immediate error with the host and the reply.
func lasting(t *testing.T, err error, host, what string, count *atomic.Int32) {
	t.Helper()
	if !IsKind(err, KindFailed) || !strings.Contains(err.Error(), host) || !strings.Contains(err.Error(), what) ||
		strings.Contains(err.Error(), canary) {
		t.Errorf("got %v, want %q of %s", err, what, host)
	}
	if count.Load() != 1 {
		t.Errorf("asked %d times", count.Load())
	}
}

// restCalls has one call for each kind of reply of GKE's REST API.
var restCalls = map[string]func(context.Context, *Clients) error{
	"get":  func(ctx context.Context, c *Clients) error { _, err := c.FreshCluster(ctx, prodName); return err },
	"list": func(ctx context.Context, c *Clients) error { _, _, err := c.Clusters(ctx, "demo"); return err },
	"update": func(ctx context.Context, c *Clients) error {
		_, err := c.sendChange(ctx, prodName, sentChange{want: Setting{Mode: ModeDisabled}}, "e")
		return err
	},
}

func TestWhatIsNoReplyOfRESTIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	const page = "<!doctype html><html>" + canary
	for name, k := range map[string]struct {
		contentType, body, what string
		only                    string
	}{
		"page":               {"text/html; charset=utf-8", page, "a page (text/html)", ""},
		"page called JSON":   {"application/json", page, "a page", ""},
		"JSON called a page": {"text/html", `{"name":"prod"}`, "a page", ""},
		"broken JSON":        {"application/json", `{"name":"prod"`, "broken JSON", ""},
		"two objects":        {"application/json", `{"name":"prod"}{}`, "broken JSON", ""},
		"null":               {"application/json", `null`, "JSON other than an object", ""},
		"array":              {"application/json", `[{"name":"prod"}]`, "JSON other than an object", ""},
		"text":               {"application/json", `"prod"`, "JSON other than an object", ""},
		"nothing":            {"application/json", "", "nothing", ""},
		"no cluster":         {"application/json", `{}`, "something other than a cluster", "get"},
		"cluster of nulls": {
			"application/json", `{"name":null,"location":null,"binaryAuthorization":null}`, "something other than a cluster", "get",
		},
		"no place":   {"application/json", `{"name":"prod"}`, "something other than a cluster", "get"},
		"wrong type": {"application/json", `{"name":7}`, "a number in place of name", "get"},
		"wrong type within": {
			"application/json", `{"name":"prod","location":"l","binaryAuthorization":"on"}`, "a string in place of binaryAuthorization",
			"get",
		},
		"null in a list":   {"application/json", `{"clusters":[null]}`, "something other than a cluster", "list"},
		"empty in a list":  {"application/json", `{"clusters":[{}]}`, "something other than a cluster", "list"},
		"list of a number": {"application/json", `{"clusters":1}`, "a number in place of clusters", "list"},
		"no operation":     {"application/json", `{}`, "something other than an operation", "update"},
	} {
		for method, call := range restCalls {
			if k.only != "" && k.only != method {
				continue
			}
			t.Run(name+", "+method, func(t *testing.T) {
				t.Parallel()
				c, host, count := answering(t, said(http.StatusOK, k.contentType, k.body))
				lasting(t, call(t.Context(), c), host, k.what, count)
			})
		}
	}
}

func TestABindingOfNullIsNone(t *testing.T) {
	t.Parallel()
	c, _, _ := answering(t, said(http.StatusOK, "application/json",
		`{"name":"prod","location":"us-central1","binaryAuthorization":{"policyBindings":[null,{"name":"b"}]}}`))
	if cluster, err := c.FreshCluster(t.Context(), prodName); err != nil || fmt.Sprint(cluster.Setting.Bindings) != "[b]" {
		t.Errorf("%+v, %v", cluster, err)
	}
}

// TestAReplyOfRESTThatIsCutOffIsAskedForAgain: a truncated reply is a lost connection, not an
// invalid one.
func TestAReplyOfRESTThatIsCutOffIsAskedForAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	c, _, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if tries.Add(1) < 3 {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"name":`))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler) //nolint:forbidigo // how net/http lets a handler cut a reply off
		}
		said(http.StatusOK, "application/json", `{"name":"prod","location":"us-central1"}`)(w, r)
	})
	if _, err := c.FreshCluster(t.Context(), prodName); err != nil || tries.Load() != 3 {
		t.Errorf("%v after %d tries", err, tries.Load())
	}
}

func TestWhatIsNoReplyOfGRPCIsAnErrorAtOnce(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]struct {
		answer http.HandlerFunc
		what   string
	}{
		"page":            {said(http.StatusOK, "text/html; charset=utf-8", "<html>"+canary), "HTTP status 200 OK and a page (text/html)"},
		"JSON":            {said(http.StatusOK, "application/json", "{}"), "HTTP status 200 OK"},
		"refused":         {said(http.StatusBadRequest, "text/html", "<html>"), "HTTP status 400 Bad Request and a page"},
		"no message":      {func(w http.ResponseWriter, _ *http.Request) { framed(w, []byte{0xff, 0xff, 0xff}) }, "an unreadable message"},
		"nothing in it":   {func(w http.ResponseWriter, _ *http.Request) { framed(w, nil) }, "an empty message"},
		"fields of zeros": {func(w http.ResponseWriter, _ *http.Request) { framed(w, []byte{0x0a, 0x00}) }, "an empty message"},
	} {
		for _, client := range []string{"binauthz", "notes", "operations"} {
			t.Run(name+", "+client, func(t *testing.T) {
				t.Parallel()
				c, host, count := answering(t, k.answer)
				lasting(t, everyClient[client](t.Context(), c), host, k.what, count)
			})
		}
	}
}

// TestANotFoundOfAnotherServerIsNoDeletedObject: a gateway without a backend, or a wrong address.
func TestANotFoundOfAnotherServerIsNoDeletedObject(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"page":    said(http.StatusNotFound, "text/html", "<html>"+canary),
		"text":    said(http.StatusNotFound, "text/plain", "default backend - 404"),
		"nothing": said(http.StatusNotFound, "text/plain", ""),
		"JSON":    said(http.StatusNotFound, "application/json", `{"detail":"Not Found"}`),
		"oauth":   said(http.StatusNotFound, "application/json", `{"error":"not_found"}`),
	} {
		for client, call := range restCalls {
			t.Run(name+", "+client, func(t *testing.T) {
				t.Parallel()
				c, host, count := answering(t, answer)
				lasting(t, call(t.Context(), c), host, "HTTP status 404 Not Found", count)
			})
		}
	}
}

func TestAProxysBadMomentPasses(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *Clients) error{
		"gRPC": everyClient["binauthz"],
		"REST": everyClient["clusters"],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			c, _, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
				if tries.Add(1) < 3 {
					said(http.StatusBadGateway, "text/html", "<html>")(w, r)
					return
				}
				(&recorder{}).ServeHTTP(w, r)
			})
			expectKind(t, call(t.Context(), c), KindNotFound)
			if tries.Load() != 3 {
				t.Errorf("%d tries", tries.Load())
			}
		})
	}
}

func TestAPageThatComesAgainEndsAList(t *testing.T) {
	t.Parallel()
	for name, items := range map[string][]*Attestor{"empty pages": nil, "full pages": {{Name: "projects/demo/attestors/a"}}} {
		for _, tokens := range [][]string{{"t"}, {"a", "b", "c"}} {
			t.Run(fmt.Sprint(name, len(tokens)), func(t *testing.T) {
				t.Parallel()
				var asked atomic.Int32
				c, host, _ := answering(t, func(w http.ResponseWriter, _ *http.Request) {
					n := int(asked.Add(1)) - 1
					message, err := proto.Marshal(&binaryauthorizationpb.ListAttestorsResponse{
						Attestors:     items,
						NextPageToken: tokens[n%len(tokens)],
					})
					if err != nil {
						t.Error(err)
					}
					framed(w, message)
				})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				_, err := c.Attestors(ctx, "demo")
				if !IsKind(err, KindFailed) || !strings.Contains(err.Error(), "a page of the list sent before") ||
					!strings.Contains(err.Error(), host) {
					t.Error(err)
				}
				if int(asked.Load()) != len(tokens)+1 {
					t.Errorf("%d pages for %v", asked.Load(), tokens)
				}
			})
		}
	}
}

func TestNoServerMakesAPauseWithoutAnEnd(t *testing.T) {
	t.Parallel()
	for _, asked := range []time.Duration{1<<63 - 1, 1<<63 - 2, 250 * 365 * 24 * time.Hour} {
		pause := (&Error{Kind: KindQuota, RetryAfter: asked}).pause(time.Second)
		if pause < time.Second || pause > 2*longestWait {
			t.Errorf("%s becomes %s", asked, pause)
		}
	}
	if pause := (&Error{Kind: KindQuota, RetryAfter: -time.Hour}).pause(time.Second); pause < time.Second || pause > time.Minute {
		t.Errorf("a pause below zero becomes %s", pause)
	}
}

// TestACreateThatIsAbortedAfterwardsIsLookedFor: ABORTED usually reports a write as not made. It
// may also come from a layer above a successful write.
func TestACreateThatIsAbortedAfterwardsIsLookedFor(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"after:aborted", "aborted"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			server, c := emulated(t, emulator.Options{})
			if _, err := c.CreateNote(t.Context(), noteName, aNote("x")); err != nil {
				t.Fatal(err)
			}
			inject(t, server, "CreateAttestor="+fault)
			want := &Attestor{Name: attestorName.String(), AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
				UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: noteName.String()},
			}}
			_, err := c.CreateAttestor(t.Context(), attestorName, want)
			if fault == "aborted" {
				expectKind(t, err, KindConflict)
			} else if err != nil {
				t.Error(err)
			}
			expectCalls(t, server, map[string]int{"CreateAttestor": 1})
			var e *Error
			if errors.As(err, &e) && e.Method != "CreateAttestor" {
				t.Errorf("%+v", e)
			}
		})
	}
}
