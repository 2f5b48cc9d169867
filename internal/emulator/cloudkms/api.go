// Package cloudkms emulates google.cloud.kms.v1.KeyManagementService as far as signing needs it: key rings, keys with the
// purpose ASYMMETRIC_SIGN, their versions, public keys and signatures. Key pairs are real, made when first used, and
// never leave the process.
//
// The behaviour follows the comments of the service's proto files. Where they do not say what happens, the emulator takes
// the stricter reading:
//
//   - Keys have one of the algorithms that Binary Authorization can verify, or EC_SIGN_ED25519 as one it cannot. Another
//     algorithm or purpose is refused with UNIMPLEMENTED; a purpose that does not go with the algorithm with INVALID_ARGUMENT.
//   - A new version is ENABLED at once, never PENDING_GENERATION. The protection level is always SOFTWARE.
//   - A public key can be read only of an ENABLED version. With a public_key_format the field pem stays empty, as the
//     response documents only public_key for that case.
//   - RSA, P-256 and P-384 keys sign a digest only, ML-DSA-65 and Ed25519 keys data only.
//   - A malformed name is INVALID_ARGUMENT even where the service might answer NOT_FOUND. Filters and orders of lists are refused
//     with UNIMPLEMENTED. Lists are ordered by name, versions by number, 100 to a page.
//   - A project's number and its id name the same resources, which are answered with the id.
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
