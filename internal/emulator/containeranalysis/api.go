// Package containeranalysis emulates Artifact Analysis, with the API name Container Analysis:
// grafeas.v1.Grafeas with notes and occurrences, and
// google.devtools.containeranalysis.v1.ContainerAnalysis with their IAM policies.
//
// The behavior follows the comments of the proto files and recordings by the k8s-config-connector
// project. Where both are silent, the emulator takes the stricter reading; the list is in package
// emulator.
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
	later       map[string]dated        // project and image -> end of a scan
}

// New returns a service without notes. It takes time and project numbers from w. store holds the
// IAM policies of notes and occurrences.
func New(w *world.World, store *iam.Store) *API {
	a := &API{w: w, store: store, notes: map[string]*grafeaspb.Note{}, later: map[string]dated{}}
	a.policy = iam.NewService(store, a.Owns)
	return a
}

// grafeas serves notes and occurrences.
type grafeas struct {
	grafeaspb.UnimplementedGrafeasServer
	*API
}

// policies serves the IAM policies of notes and occurrences.
type policies struct {
	containeranalysispb.UnimplementedContainerAnalysisServer
	*API
}
