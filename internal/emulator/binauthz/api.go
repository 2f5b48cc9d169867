// Package binauthz emulates the Binary Authorization API: google.cloud.binaryauthorization.v1 with
// its management service, the system policy and the validation helper. Platform policies exist only
// over REST.
package binauthz

import (
	"sync"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	// RefuseDigits enforces the documented form of namespace keys in rules, [a-z.-]+. Set it before
	// the first call.
	RefuseDigits bool
	// StripSPIFFE removes "spiffe://" from the keys of rules for Istio service identities in
	// answers. The form returned by the service is not known: Google's own client compares the keys
	// without the prefix. Set it before the first call.
	StripSPIFFE bool
	// Evidence is the input of the checks of platform policies. Set it before the first call.
	Evidence conformance.Evidence

	world *world.World
	iam   *iam.Store

	mu        sync.Mutex
	attestors map[string]*pb.Attestor
	policies  map[string]*pb.Policy
	past      map[string][]*pb.Policy
	platform  map[string]*binaryauthorization.PlatformPolicy
	writes    int
}

// New returns a service without attestors and platform policies. Every project has the default
// policy. store holds the IAM policies of the service's resources.
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
