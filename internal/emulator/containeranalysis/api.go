// Package containeranalysis emulates Artifact Analysis, whose API is called Container Analysis: grafeas.v1.Grafeas with
// notes and occurrences, and google.devtools.containeranalysis.v1.ContainerAnalysis with their IAM policies.
//
// The behaviour follows the comments of the services' proto files and recordings that the k8s-config-connector project
// made. Where neither says what happens, the emulator takes the stricter reading;
// the list is in the documentation of package emulator.
package containeranalysis

import (
	"sync"

	containeranalysispb "google.golang.org/genproto/googleapis/devtools/containeranalysis/v1"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/iam"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// API is the state of the emulated service. It is safe for concurrent use. Use New.
type API struct {
	w      *world.World
	store  *iam.Store
	policy *iam.Service

	mu          sync.Mutex
	notes       map[string]*grafeaspb.Note
	occurrences []*grafeaspb.Occurrence // in the order of their creation
}

// New returns a service without notes that takes time and project numbers from w. The IAM policies of its notes and
// occurrences are in store.
func New(w *world.World, store *iam.Store) *API {
	a := &API{w: w, store: store, notes: map[string]*grafeaspb.Note{}}
	a.policy = iam.NewService(store, a.Owns)
	return a
}

// grafeas serves notes and occurrences.
type grafeas struct {
	grafeaspb.UnimplementedGrafeasServer
	*API
}

// policies serves who may use them.
type policies struct {
	containeranalysispb.UnimplementedContainerAnalysisServer
	*API
}
