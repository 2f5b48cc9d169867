package gcp

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// everyList counts the objects of each list over gRPC, by its method.
var everyList = map[string]func(context.Context, *Clients) (int, error){
	"ListAttestors": func(ctx context.Context, c *Clients) (int, error) {
		all, err := c.Attestors(ctx, "demo")
		return len(all), err
	},
	"ListNotes": func(ctx context.Context, c *Clients) (int, error) {
		all, err := c.AttestationNotes(ctx, "demo", 0)
		return len(all), err
	},
	"ListOccurrences": func(ctx context.Context, c *Clients) (int, error) {
		all, err := c.AttestationsOn(ctx, "demo", noteName.String(), 0, func(*Occurrence) bool { return true })
		return len(all), err
	},
	"ListNoteOccurrences": func(ctx context.Context, c *Clients) (int, error) {
		all, err := c.Attestations(ctx, noteName.String(), "")
		return len(all), err
	},
}

// threePages is a server with five objects in each list, two on a page.
func threePages(t *testing.T, change ...func(*Config)) (*emulator.Server, *Clients) {
	t.Helper()
	server, c := emulated(t, emulator.Options{PageSize: 2}, change...)
	attestors(t, c, 5, func() {})
	for i := range 5 {
		name := noteName
		if i > 0 {
			name = resname.Note{Project: noteName.Project, ID: fmt.Sprintf("n%d", i)}
		}
		if _, err := c.CreateNote(t.Context(), name, aNote(name.ID)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		if _, err := c.CreateAttestation(t.Context(), "demo", anAttestation(t, fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	server.ResetCalls()
	return server, c
}

// TestAFailedPageIsTheOnlyOneReadAgain: the pages before it are neither read again nor lost.
func TestAFailedPageIsTheOnlyOneReadAgain(t *testing.T) {
	t.Parallel()
	for method, count := range everyList {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			server, c := threePages(t)
			inject(t, server, method+"=unavailable,skip=1", method+"=after:reset,skip=2", method+"=resource_exhausted,skip=2")
			if n, err := count(t.Context(), c); n != 5 || err != nil {
				t.Errorf("%d of 5 objects, %v", n, err)
			}
			expectCalls(t, server, map[string]int{method: 6})
		})
	}
}

// TestAListMayTakeLongerThanARequest: the time limit of a request is for one page.
func TestAListMayTakeLongerThanARequest(t *testing.T) {
	t.Parallel()
	for method, count := range everyList {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			server, c := threePages(t, func(config *Config) { config.RequestTimeout = time.Second })
			inject(t, server, method+"=delay=400ms,count=forever")
			ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
			defer cancel()
			if n, err := count(ctx, c); n != 5 || err != nil {
				t.Errorf("%d of 5 objects, %v", n, err)
			}
		})
	}
}

// TestARefusedPageIsAnError: a list without one of its pages is not a result.
func TestARefusedPageIsAnError(t *testing.T) {
	t.Parallel()
	for method, count := range everyList {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			server, c := threePages(t)
			inject(t, server, method+"=invalid_argument,skip=1")
			n, err := count(t.Context(), c)
			if expectKind(t, err, KindInvalid); n != 0 {
				t.Errorf("%d objects", n)
			}
			expectCalls(t, server, map[string]int{method: 2})
		})
	}
}

// TestAListWithEmptyPages: an empty page is a page. A failure behind it does not repeat it.
func TestAListWithEmptyPages(t *testing.T) {
	t.Parallel()
	var asked []string
	c, _, _ := answering(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var req binaryauthorizationpb.ListAttestorsRequest
		if err != nil || len(body) < 5 || proto.Unmarshal(body[5:], &req) != nil {
			t.Errorf("%x, %v", body, err)
		}
		if asked = append(asked, req.GetPageToken()); len(asked) == 3 {
			said(http.StatusServiceUnavailable, "text/plain", "")(w, r)
			return
		}
		reply := map[string]*binaryauthorizationpb.ListAttestorsResponse{
			"":  {NextPageToken: "a"},
			"a": {NextPageToken: "b"},
			"b": {Attestors: []*Attestor{{Name: attestorName.String()}}, NextPageToken: "c"},
			"c": {},
		}[req.GetPageToken()]
		message, err := proto.Marshal(reply)
		if err != nil {
			t.Error(err)
		}
		framed(w, message)
	})
	all, err := c.Attestors(t.Context(), "demo")
	if len(all) != 1 || err != nil || !slices.Equal(asked, []string{"", "a", "b", "b", "c"}) {
		t.Errorf("%v, %v after the pages %q", all, err, asked)
	}
}
