package containeranalysis_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	client "cloud.google.com/go/containeranalysis/apiv1"
	grafeas "cloud.google.com/go/grafeas/apiv1"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const otherImage = "https://us-docker.pkg.dev/demo/app/web@sha256:0000000000000000000000000000000000000000000000000000000000000000"

const image = "https://us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// bench is an API, served to Google's clients on a port of its own.
type bench struct {
	api    *containeranalysis.API
	w      *world.World
	server *grpc.Server
	client *client.Client
	notes  *grafeas.Client
}

func start(t *testing.T) *bench {
	t.Helper()
	w := world.New()
	b := &bench{w: w, api: containeranalysis.New(w, iam.NewStore(w)), server: grpc.NewServer()}
	b.api.Register(b.server)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.server.Serve(listener) }()
	b.client, err = client.NewClient(t.Context(), option.WithEndpoint(listener.Addr().String()),
		option.WithoutAuthentication(), option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	b.notes = b.client.GetGrafeasClient()
	t.Cleanup(func() {
		_ = b.client.Close()
		b.server.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return b
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// want checks the code of err and that its message contains all words.
func want(t *testing.T, err error, code codes.Code, words ...string) {
	t.Helper()
	if status.Code(err) != code {
		t.Errorf("got %v, want code %s", err, code)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func attestationNote(hint string) *grafeaspb.Note {
	return &grafeaspb.Note{Type: &grafeaspb.Note_Attestation{Attestation: &grafeaspb.AttestationNote{
		Hint: &grafeaspb.AttestationNote_Hint{HumanReadableName: hint},
	}}}
}

// addNote makes an attestation note projects/demo/notes/{id}.
func (b *bench) addNote(t *testing.T, id string) *grafeaspb.Note {
	t.Helper()
	n, err := b.notes.CreateNote(deadline(t), &grafeaspb.CreateNoteRequest{Parent: "projects/demo", NoteId: id, Note: attestationNote(id)})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func attestation(note, resource, payload string) *grafeaspb.Occurrence {
	return &grafeaspb.Occurrence{ResourceUri: resource, NoteName: note, Details: &grafeaspb.Occurrence_Attestation{
		Attestation: &grafeaspb.AttestationOccurrence{
			SerializedPayload: []byte(payload),
			Signatures:        []*grafeaspb.Signature{{Signature: []byte("signature"), PublicKeyId: "ni:///sha-256;x"}},
		},
	}}
}

func (b *bench) attest(t *testing.T, parent string, o *grafeaspb.Occurrence) *grafeaspb.Occurrence {
	t.Helper()
	added, err := b.notes.CreateOccurrence(deadline(t), &grafeaspb.CreateOccurrenceRequest{Parent: parent, Occurrence: o})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// all reads an iterator of Google's client to its end.
func all[T any](t *testing.T, next func() (T, error)) []T {
	t.Helper()
	var found []T
	for {
		v, err := next()
		if errors.Is(err, iterator.Done) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, v)
	}
}
