// Package cloudkms emulates the signing part of google.cloud.kms.v1.KeyManagementService: key
// rings, keys with the purpose ASYMMETRIC_SIGN, their versions, public keys and signatures. Key
// pairs are real, created on first use, and never leave the process.
//
// The behavior follows the comments of the proto files. Where they are silent, the emulator takes
// the stricter reading; the list is in package emulator.
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

// key is a CryptoKey with its versions. Version n is versions[n-1]: numbers start at 1, and
// versions are never removed.
type key struct {
	message  *kmspb.CryptoKey
	versions []*version
}

type version struct {
	message *kmspb.CryptoKeyVersion
	pair    *pair
}

// New returns a service without keys. It takes time and project numbers from w.
func New(w *world.World) *API {
	return &API{w: w, rings: map[string]*kmspb.KeyRing{}, keys: map[string]*key{}}
}

// Register adds the gRPC service to s.
func (a *API) Register(s grpc.ServiceRegistrar) { kmspb.RegisterKeyManagementServiceServer(s, a) }
