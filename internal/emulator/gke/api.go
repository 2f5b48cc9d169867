// Package gke emulates the part of the Google Kubernetes Engine API used by Binary Authorization:
// clusters, their binary_authorization setting and its operations, as google.container.v1 over gRPC
// and as v1beta1 over REST.
//
// The behavior follows the proto files, the discovery documents and recordings by the
// k8s-config-connector project. Where all are silent, the emulator takes the stricter reading; the
// list is in package emulator.
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
// Methods with a cluster name need the full one,
// "projects/{project}/locations/{location}/clusters/{cluster}". They act as the cluster's owner
// outside of the tested program.
type API struct {
	// NormalizeBindings returns policy bindings with the project number, regardless of the form in
	// the request. The service's documentation shows both forms and does not say which is returned.
	// Set it before the first call.
	NormalizeBindings bool
	// EnabledAlone returns {enabled: true} as sent. The default adds
	// PROJECT_SINGLETON_POLICY_ENFORCE. Both forms were seen. Set it before the first call.
	EnabledAlone bool
	// Deleted, if set, is called for every deleted cluster. It must not call the API. Set it before
	// the first call.
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

// New returns an API without clusters. It takes time, operation time and project numbers from w.
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

// lock takes the mutex and finishes the operations that are due, so all state is current.
func (a *API) lock() (unlock func()) {
	a.mu.Lock()
	a.settle()
	return a.mu.Unlock
}
