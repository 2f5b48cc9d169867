package gcp

import (
	"slices"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const aPEM = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu\nejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==\n-----END PUBLIC KEY-----\n"

var keyholder = resname.Attestor{Project: "demo", ID: "keyholder"}

func newKey(id string) *binaryauthorizationpb.AttestorPublicKey {
	return &binaryauthorizationpb.AttestorPublicKey{Id: id, PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
		PublicKeyPem: aPEM, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
	}}}
}

func putKey(a *Attestor, id string) {
	note := a.GetUserOwnedGrafeasNote()
	note.PublicKeys = append(note.PublicKeys, newKey(id))
}

func keyIDs(t *testing.T, c *Clients) []string {
	t.Helper()
	a, err := c.FreshAttestor(t.Context(), keyholder)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, k := range a.GetUserOwnedGrafeasNote().GetPublicKeys() {
		ids = append(ids, k.GetId())
	}
	return ids
}

func withAttestor(t *testing.T) (*emulator.Server, *Clients) {
	t.Helper()
	server, c := emulated(t, emulator.Options{})
	if _, err := c.CreateAttestor(t.Context(), keyholder, &Attestor{AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
		UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"},
	}}); err != nil {
		t.Fatal(err)
	}
	server.ResetCalls()
	return server, c
}

// What somebody else writes between our read and our write survives, and our edit is made on it.
func TestAnEditOfAnAttestorAfterAConflict(t *testing.T) {
	t.Parallel()
	server, c := withAttestor(t)
	var runs []bool
	_, err := c.EditAttestor(t.Context(), keyholder, Edit[*Attestor]{Change: func(a *Attestor, sent bool) error {
		if runs = append(runs, sent); len(runs) == 1 {
			foreign, err := c.FreshAttestor(t.Context(), keyholder)
			if err != nil {
				return err
			}
			putKey(foreign, "foreign")
			if _, err := c.UpdateAttestor(t.Context(), keyholder, foreign); err != nil {
				return err
			}
		}
		putKey(a, "ours")
		return nil
	}})
	if got := keyIDs(t, c); err != nil || !slices.Equal(got, []string{"foreign", "ours"}) || !slices.Equal(runs, []bool{false, false}) {
		t.Errorf("%v: keys %v, runs %v", err, got, runs)
	}
	expectCalls(t, server, map[string]int{"UpdateAttestor": 3})
}

// A write whose reply was lost is not made twice.
func TestAnEditOfAnAttestorAfterALostReply(t *testing.T) {
	t.Parallel()
	server, c := withAttestor(t)
	if err := server.Inject(fault.Fault{Method: "UpdateAttestor", Kind: "after:unavailable"}); err != nil {
		t.Fatal(err)
	}
	_, err := c.EditAttestor(t.Context(), keyholder, Edit[*Attestor]{Change: func(a *Attestor, _ bool) error {
		putKey(a, "ours")
		return nil
	}})
	if got := keyIDs(t, c); err != nil || !slices.Equal(got, []string{"ours"}) {
		t.Errorf("%v: keys %v", err, got)
	}
	expectCalls(t, server, map[string]int{"UpdateAttestor": 1})
}

// Nothing is written without an etag.
func TestAnAttestorIsNotWrittenWithoutAnEtag(t *testing.T) {
	t.Parallel()
	server, c := withAttestor(t)
	a, err := c.FreshAttestor(t.Context(), keyholder)
	if err != nil {
		t.Fatal(err)
	}
	a.Etag = ""
	putKey(a, "ours")
	if _, err := c.writeEdited(t.Context(), keyholder.String(), a); !IsKind(err, KindFailed) {
		t.Error(err)
	}
	expectCalls(t, server, map[string]int{"UpdateAttestor": 0})
}
