package cloudkms

import (
	"context"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const pageSize = 100

// CreateKeyRing adds a key ring. Key rings cannot be deleted.
func (a *API) CreateKeyRing(_ context.Context, r *kmspb.CreateKeyRingRequest) (*kmspb.KeyRing, error) {
	parent, err := a.name(location, r.GetParent())
	if err != nil {
		return nil, err
	}
	name, err := a.name(ring, parent+"/keyRings/"+r.GetKeyRingId())
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.addRing(name)
}

func (a *API) addRing(name string) (*kmspb.KeyRing, error) {
	if a.rings[name] != nil {
		return nil, ring.taken(name)
	}
	a.rings[name] = &kmspb.KeyRing{Name: name, CreateTime: a.w.Now()}
	return proto.CloneOf(a.rings[name]), nil
}

// GetKeyRing returns one key ring.
func (a *API) GetKeyRing(_ context.Context, r *kmspb.GetKeyRingRequest) (*kmspb.KeyRing, error) {
	name, err := a.name(ring, r.GetName())
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rings[name] == nil {
		return nil, ring.missing(name)
	}
	return proto.CloneOf(a.rings[name]), nil
}

// ListKeyRings lists the key rings of a location.
func (a *API) ListKeyRings(_ context.Context, r *kmspb.ListKeyRingsRequest) (*kmspb.ListKeyRingsResponse, error) {
	parent, err := a.name(location, r.GetParent())
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	existing := children(a.rings, parent+"/keyRings/", (*kmspb.KeyRing).GetName)
	all, total, err := listed(r, existing, func(k *kmspb.KeyRing) *kmspb.KeyRing { return k })
	if err != nil {
		return nil, err
	}
	page, next, err := world.Page(a.w, all, r.GetPageSize(), pageSize, r.GetPageToken())
	return &kmspb.ListKeyRingsResponse{KeyRings: clones(page), NextPageToken: next, TotalSize: total}, err
}
