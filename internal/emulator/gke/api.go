// Package gke emulates the Google Kubernetes Engine API as far as Binary Authorization needs it: clusters, their
// binary_authorization setting and the operations that change it, as google.container.v1 over gRPC and as v1beta1 over REST.
//
// What is known of the service comes from its proto files, its discovery documents and recordings that the
// k8s-config-connector project made of it. Where none of them says what happens, the emulator takes the stricter reading:
//
//   - A cluster in one of the POLICY_BINDINGS modes is read over v1 with evaluation_mode 3 or 4, numbers that the
//     published v1 enum does not have, and without its bindings. Over v1 these modes cannot be written.
//   - A POLICY_BINDINGS mode without bindings, bindings with another mode, and the same policy bound twice are refused
//     with INVALID_ARGUMENT. Whether a bound policy exists is not checked.
//   - Bindings are read back with the project number; set API.NormalizeBindings to false to read what was sent.
//   - DISABLED is read back as DISABLED, enabled:true as enabled:true with PROJECT_SINGLETON_POLICY_ENFORCE.
//   - An update that changes nothing still runs an operation. One with more than one desired_ field is refused with
//     INVALID_ARGUMENT, one with a desired_ field that has no namesake in Cluster with UNIMPLEMENTED.
//   - The etag changes when an operation finishes, not when it starts. A mismatch is reported before a busy cluster is.
//   - A cluster in ERROR, PROVISIONING, RECONCILING or STOPPING cannot be updated, one in DEGRADED can.
//   - A cluster whose creation failed stays, in ERROR; one whose deletion failed stays as it was.
//   - Operations carry zone but not location, as in the recording, and are kept for ever. They are listed oldest first.
//   - An unknown operation is reported in the words the API has for an unknown cluster.
//   - Lists leave out only clusters whose own location is missing, not regional ones with nodes there.
//   - Unknown fields of a v1beta1 body are ignored. Locations are not checked to exist, and quotas, node pools as
//     resources of their own and IAM are not emulated.
package gke

import (
	"sync"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// API is the state of the emulated service. Its methods are safe for concurrent use. Use New.
//
// Methods that take a cluster's name want the full one, "projects/{project}/locations/{location}/clusters/{cluster}",
// and do what an owner of the cluster does behind the back of whoever is being tested.
type API struct {
	// NormalizeBindings makes the API answer policy bindings with the project's number, whatever was sent. The service's
	// documentation shows both forms and does not say which one it returns. Set it before the first call.
	NormalizeBindings bool

	w *world.World

	mu         sync.Mutex
	clusters   map[resname.Cluster]*cluster
	operations []*operation
	running    []*operation
	failures   map[resname.Cluster]*failure
	missing    map[string][]string
	history    map[resname.Cluster][]*setting
}

// New returns an API without clusters that takes time, operation time and project numbers from w.
func New(w *world.World) *API {
	return &API{
		NormalizeBindings: true,
		w:                 w,
		clusters:          map[resname.Cluster]*cluster{},
		failures:          map[resname.Cluster]*failure{},
		missing:           map[string][]string{},
		history:           map[resname.Cluster][]*setting{},
	}
}

// Register serves google.container.v1.ClusterManager on s.
func (a *API) Register(s grpc.ServiceRegistrar) {
	containerpb.RegisterClusterManagerServer(s, &service{api: a})
}

// lock takes the mutex and finishes the operations whose time has passed, so that everything that reads or changes
// state sees it as of now.
func (a *API) lock() (unlock func()) {
	a.mu.Lock()
	a.settle()
	return a.mu.Unlock
}
