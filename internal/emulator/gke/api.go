// Package gke emulates the Google Kubernetes Engine API as far as Binary Authorization needs it: clusters, their
// binary_authorization setting and the operations that change it, as google.container.v1 over gRPC and as v1beta1 over REST.
//
// What is known of the service comes from its proto files, its discovery documents and recordings that the
// k8s-config-connector project made of it. Where none of them says what happens, the emulator takes the stricter reading;
// the list is in the documentation of package emulator.
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
	// EnabledAlone makes the API answer {enabled: true} as it was sent. Both forms were seen: this one, and the one with
	// PROJECT_SINGLETON_POLICY_ENFORCE beside it, which it answers otherwise. Set it before the first call.
	EnabledAlone bool
	// Deleted, if set, is told of every cluster that goes. It must not call the API. Set it before the first call.
	Deleted func(resname.Cluster)

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
