// Package cloudkms emulates google.cloud.kms.v1.KeyManagementService as far as signing needs it: key rings, keys with the
// purpose ASYMMETRIC_SIGN, their versions, public keys and signatures. Key pairs are real, made when first used, and
// never leave the process.
//
// The behaviour follows the comments of the service's proto files. Where they do not say what happens, the emulator takes
// the stricter reading; the list is in the documentation of package emulator.
package cloudkms

import (
	"sync"

	"cloud.google.com/go/kms/apiv1/kmspb"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	kmspb.UnimplementedKeyManagementServiceServer

	w *world.World

	mu    sync.Mutex
	rings map[string]*kmspb.KeyRing
	keys  map[string]*key
}

// key is a CryptoKey with its versions; version n is versions[n-1], as versions are numbered from 1 and never removed.
type key struct {
	message  *kmspb.CryptoKey
	versions []*version
}

type version struct {
	message *kmspb.CryptoKeyVersion
	pair    *pair
}

// New returns a service without keys that takes time and project numbers from w.
func New(w *world.World) *API {
	return &API{w: w, rings: map[string]*kmspb.KeyRing{}, keys: map[string]*key{}}
}

// Register adds the gRPC service to s.
func (a *API) Register(s grpc.ServiceRegistrar) { kmspb.RegisterKeyManagementServiceServer(s, a) }
