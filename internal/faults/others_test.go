package faults_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// others are the other owners of keys in the shared attestor.
type others struct {
	mu   sync.Mutex
	keys []string
}

func (o *others) add(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.keys = append(o.keys, id+" theirs")
}

func (o *others) have() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.keys)
}

// untilUpdate waits for an update of an attestor, or for the end of the run.
func (w *world) untilUpdate(before calls, over <-chan struct{}) {
	for since(before, w.Emulator.Calls())["UpdateAttestor"] == 0 {
		select {
		case <-over:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// addTheirs adds somebody else's key in front of all others.
func (w *world) addTheirs(t *testing.T, them *others) {
	t.Helper()
	id := fmt.Sprintf("theirs-%d", len(them.have()))
	for {
		a, err := w.attestor(sharedAttestor)
		if err == nil {
			note := a.GetUserOwnedGrafeasNote()
			note.PublicKeys = slices.Insert(note.PublicKeys, 0, theirKey(id))
			_, err = w.truth.attestors.UpdateAttestor(context.Background(), &binaryauthorizationpb.UpdateAttestorRequest{Attestor: a})
		}
		if err == nil {
			them.add(id)
			return
		}
		if status.Code(err) != codes.Aborted {
			t.Error(err)
			return
		}
	}
}

func theirKey(id string) *binaryauthorizationpb.AttestorPublicKey {
	pkix := &binaryauthorizationpb.PkixPublicKey{
		PublicKeyPem: offlineKey, SignatureAlgorithm: binaryauthorizationpb.PkixPublicKey_ECDSA_P256_SHA256,
	}
	return &binaryauthorizationpb.AttestorPublicKey{
		Id: id, Comment: "theirs", PublicKey: &binaryauthorizationpb.AttestorPublicKey_PkixPublicKey{PkixPublicKey: pkix},
	}
}

func (w *world) attestor(name string) (*binaryauthorizationpb.Attestor, error) {
	return w.truth.attestors.GetAttestor(context.Background(), &binaryauthorizationpb.GetAttestorRequest{Name: name})
}
