package faults_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// The attestors of keys: one shared with another owner of keys, and one with a description that
// changes together with its keys.
const (
	sharedAttestor = "projects/demo/attestors/shared"
	ownAttestor    = "projects/demo/attestors/own"
)

// keyLife is the life of keys of two attestors.
var keyLife = []phase{
	{"create", createdKeys(), false},
	{"plan after create", createdKeys(), true},
	{"change", changedKeys(), false},
	{"plan after change", changedKeys(), true},
	{"destroy", nil, false},
	{"plan after destroy", nil, true},
}

func createdKeys() []object {
	return []object{
		ownsNoKeys("first"), ownKey("one", "first"), ownKey("old", ""),
		sharedKey("kept", named("kept", "")), sharedKey("one", named("one", "first")),
		sharedKey("two", named("two", "first")), sharedKey("old", named("old", "")),
		sharedKey("kms", kmsKey()), sharedKey("pgp", pgpKey("first")),
	}
}

// changedKeys changes the comments of some, removes some, and adds some.
func changedKeys() []object {
	return []object{
		ownsNoKeys("second"), ownKey("one", "second"), ownKey("new", ""),
		sharedKey("kept", named("kept", "")), sharedKey("one", named("one", "second")),
		sharedKey("two", named("two", "")), sharedKey("new", named("new", "")),
		sharedKey("kms", kmsKey()), sharedKey("pgp", pgpKey("second")),
	}
}

func ownsNoKeys(description string) object {
	return object{kind: "binauthz_attestor", name: "own", attributes: map[string]any{
		"name": "own", "note": "projects/demo/notes/own", "description": description,
	}}
}

func named(id, comment string) map[string]any {
	key := pemKey(comment)
	key["key_id"] = id
	return key
}

// pgpKey is a text with two keys: only the service knows which one gives the id.
func pgpKey(comment string) map[string]any {
	text, _ := os.ReadFile("../attest/testdata/pgp_two.asc") // a plan refuses an empty one
	return map[string]any{"pgp": map[string]any{"ascii_armored_public_key": string(text)}, "comment": comment}
}

func sharedKey(name string, key map[string]any) object {
	key = maps.Clone(key)
	key["attestor"] = sharedAttestor
	return object{kind: "binauthz_attestor_key", name: name, attributes: key}
}

// ownKey is made after its attestor.
func ownKey(name, comment string) object {
	key := named(name, comment)
	key["attestor"] = ownAttestor
	return object{kind: "binauthz_attestor_key", name: "own_" + name, stage: 1, attributes: key}
}

// keysOf returns a configuration's keys of an attestor, in the form of listed.
func keysOf(config []object, attestor string) (all []string) {
	for _, o := range config {
		if o.attributes["attestor"] != attestor {
			continue
		}
		id, _ := o.attributes["key_id"].(string)
		switch {
		case o.attributes["pgp"] != nil:
			id = "pgp"
		case o.attributes["kms_key_version"] != nil:
			id = "//cloudkms.googleapis.com/v1/" + keyVersion
		}
		comment, _ := o.attributes["comment"].(string)
		all = append(all, id+" "+comment)
	}
	return all
}

// listed returns the keys of an attestor, by id and comment, sorted. Duplicates stay.
func listed(a *binaryauthorizationpb.Attestor) (all []string) {
	for _, k := range a.GetUserOwnedGrafeasNote().GetPublicKeys() {
		id := k.GetId()
		if k.GetAsciiArmoredPgpPublicKey() != "" {
			id = "pgp"
		}
		all = append(all, id+" "+k.GetComment())
	}
	slices.Sort(all)
	return all
}

// newKeyWorld is a world of keys. In every run of Terraform, somebody else adds a key to the shared
// attestor as soon as a write of it is under way.
func newKeyWorld(t *testing.T, options emulator.Options) *world {
	t.Helper()
	w, them := newWorld(t, options), &others{}
	w.phases, w.end, w.more = keyLife, func(*testing.T) {}, 4
	w.check = func(t *testing.T, ph phase, s state) {
		t.Helper()
		w.verifyKeys(t, ph, s, them.have())
	}
	_, err := w.truth.attestors.CreateAttestor(context.Background(), &binaryauthorizationpb.CreateAttestorRequest{
		Parent: "projects/demo", AttestorId: "shared", Attestor: &binaryauthorizationpb.Attestor{
			Description: "theirs", AttestorType: &binaryauthorizationpb.Attestor_UserOwnedGrafeasNote{
				UserOwnedGrafeasNote: &binaryauthorizationpb.UserOwnedGrafeasNote{NoteReference: "projects/demo/notes/shared"},
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.addTheirs(t, them)
	w.beside = func(t *testing.T) func() {
		t.Helper()
		before, over, done := w.Emulator.Calls(), make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			w.untilUpdate(before, over)
			w.addTheirs(t, them)
		}()
		return func() {
			close(over)
			<-done
		}
	}
	return w
}
