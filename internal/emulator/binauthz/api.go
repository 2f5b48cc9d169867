// Package binauthz emulates the Binary Authorization API: google.cloud.binaryauthorization.v1 with its management service, the system
// policy and the validation helper, and platform policies, which exist over REST only.
package binauthz

import (
	"sync"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	// RefuseDigits makes the API take the documented form of namespaces as keys of rules, [a-z.-]+, at its word. Set it before the first
	// call.
	RefuseDigits bool
	// StripSPIFFE makes rules for Istio service identities come back without "spiffe://". Which form the service returns is not known:
	// Google's own client compares the keys without it. Set it before the first call.
	StripSPIFFE bool

	world *world.World
	iam   *iam.Store

	mu        sync.Mutex
	attestors map[string]*pb.Attestor
	policies  map[string]*pb.Policy
	past      map[string][]*pb.Policy
	platform  map[string]*binaryauthorization.PlatformPolicy
	writes    int
}

// New returns a service without attestors and platform policies, where every project has the default policy. The IAM policies of what
// it owns are in store.
func New(w *world.World, store *iam.Store) *API {
	return &API{
		world: w, iam: store,
		attestors: map[string]*pb.Attestor{},
		policies:  map[string]*pb.Policy{},
		past:      map[string][]*pb.Policy{},
		platform:  map[string]*binaryauthorization.PlatformPolicy{},
	}
}

// Register adds the gRPC services to s.
func (a *API) Register(s grpc.ServiceRegistrar) {
	pb.RegisterBinauthzManagementServiceV1Server(s, management{a: a})
	pb.RegisterSystemPolicyV1Server(s, systemPolicy{world: a.world})
	pb.RegisterValidationHelperV1Server(s, validator{a: a})
}

type management struct {
	pb.UnimplementedBinauthzManagementServiceV1Server
	a *API
}
