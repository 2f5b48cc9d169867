package faults_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// truth reads the server's objects without faults and counts.
type truth struct {
	attestors binaryauthorizationpb.BinauthzManagementServiceV1Client
	notes     grafeas.GrafeasClient
}

func newTruth(t *testing.T, e *emulator.Server) *truth {
	t.Helper()
	listener, server := bufconn.Listen(1<<16), grpc.NewServer()
	e.Binauthz().Register(server)
	e.Analysis().Register(server)
	go func() { _ = server.Serve(listener) }() // ends with Stop
	dial := func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }
	conn, err := grpc.NewClient("passthrough:truth", grpc.WithContextDialer(dial), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
	})
	return &truth{attestors: binaryauthorizationpb.NewBinauthzManagementServiceV1Client(conn), notes: grafeas.NewGrafeasClient(conn)}
}

// objects returns all objects of the project by address, with the attributes of their resources.
func (w *world) objects(t *testing.T) map[string]map[string]any {
	t.Helper()
	all := map[string]map[string]any{}
	notes, err := w.truth.notes.ListNotes(context.Background(), &grafeas.ListNotesRequest{Parent: "projects/demo"})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notes.GetNotes() {
		all["binauthz_note."+base(n.GetName())] = map[string]any{
			"id": n.GetName(), "short_description": n.GetShortDescription(),
			"human_readable_name": n.GetAttestation().GetHint().GetHumanReadableName(),
		}
	}
	attestors, err := w.truth.attestors.ListAttestors(context.Background(),
		&binaryauthorizationpb.ListAttestorsRequest{Parent: "projects/demo"})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attestors.GetAttestors() {
		all["binauthz_attestor."+base(a.GetName())] = attestorAttributes(a)
	}
	occurrences, err := w.truth.notes.ListOccurrences(context.Background(), &grafeas.ListOccurrencesRequest{Parent: "projects/demo"})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range occurrences.GetOccurrences() {
		image := strings.TrimPrefix(o.GetResourceUri(), "https://")
		repository, _, _ := strings.Cut(image, "@")
		address := "binauthz_attestation." + base(repository)
		if all[address] != nil {
			address += " again"
		}
		all[address] = map[string]any{
			"id":            o.GetName(),
			"note":          o.GetNoteName(),
			"image":         image,
			"public_key_id": o.GetAttestation().GetSignatures()[0].GetPublicKeyId(),
		}
	}
	return all
}

func attestorAttributes(a *binaryauthorizationpb.Attestor) map[string]any {
	keys := []any{}
	for _, k := range a.GetUserOwnedGrafeasNote().GetPublicKeys() {
		keys = append(keys, k.GetId())
	}
	return map[string]any{
		"id": a.GetName(), "description": a.GetDescription(), "note": a.GetUserOwnedGrafeasNote().GetNoteReference(), "keys": keys,
	}
}
