package gcp

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

const aPEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

var keyholder = resname.Attestor{Project: "demo", ID: "keyholder"}

func newKey(id string) *binaryauthorizationpb.AttestorPublicKey {
	return &binaryauthorizationpb.AttestorPublicKey{
		Id: id,
		PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: &binaryauthorizationpb.PkixPublicKey{
			PublicKeyPem: aPEM, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
		}},
	}
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

func withAttestor(t *testing.T, change ...func(*Config)) (*emulator.Server, *Clients) {
	t.Helper()
	server, c := emulated(t, emulator.Options{}, change...)
	if _, err := c.CreateAttestor(t.Context(), keyholder, &Attestor{AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
		UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/n"},
	}}); err != nil {
		t.Fatal(err)
	}
	server.ResetCalls()
	return server, c
}

// TestAnEditOfAnAttestorAfterAConflict: another write between our read and our write survives, and
// our edit is applied to it.
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

// TestAnEditOfAnAttestorAfterALostReply: a write with a lost reply is not repeated.
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

// TestAnAttestorIsNotWrittenWithoutAnEtag: nothing is written without an etag.
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

// TestAnEditOfAnAttestorAfterALostReplyAndAForeignWrite: after a lost reply and another write, our
// write is recognized, and the other write survives.
func TestAnEditOfAnAttestorAfterALostReplyAndAForeignWrite(t *testing.T) {
	t.Parallel()
	server, c := withAttestor(t, func(config *Config) { config.RequestTimeout = time.Second })
	inject(t, server, "UpdateAttestor=after:hang")
	foreign := make(chan error, 1)
	var runs []bool
	edited, err := c.EditAttestor(t.Context(), keyholder, Edit[*Attestor]{Change: func(a *Attestor, sent bool) error {
		if runs = append(runs, sent); len(runs) == 1 {
			go func() { foreign <- putAfter(t.Context(), c, "ours", "foreign") }()
		}
		if sent && holdsKey(a, "ours") {
			return nil
		}
		putKey(a, "ours")
		return nil
	}})
	if err := errors.Join(err, <-foreign); err != nil {
		t.Fatal(err)
	}
	got := keyIDs(t, c)
	if !slices.Equal(got, []string{"ours", "foreign"}) || !slices.Equal(runs, []bool{false, true}) || !holdsKey(edited, "foreign") {
		t.Errorf("keys %v, runs %v, edited %v", got, runs, edited)
	}
	expectCalls(t, server, map[string]int{"UpdateAttestor": 3}) // ours, theirs, and ours again with an old etag
}

func holdsKey(a *Attestor, id string) bool {
	is := func(k *binaryauthorizationpb.AttestorPublicKey) bool { return k.GetId() == id }
	return slices.ContainsFunc(a.GetUserOwnedGrafeasNote().GetPublicKeys(), is)
}

// putAfter adds a key as soon as the attestor has another.
func putAfter(ctx context.Context, c *Clients, other, id string) error {
	for ; ; time.Sleep(time.Millisecond) {
		a, err := c.FreshAttestor(ctx, keyholder)
		if err != nil {
			return err
		}
		if holdsKey(a, other) {
			putKey(a, id)
			_, err = c.UpdateAttestor(ctx, keyholder, a)
			return err
		}
	}
}
