// Package containeranalysis emulates Artifact Analysis, whose API is called Container Analysis: grafeas.v1.Grafeas with
// notes and occurrences, and google.devtools.containeranalysis.v1.ContainerAnalysis with their IAM policies.
//
// The behaviour follows the comments of the services' proto files and recordings that the k8s-config-connector project
// made. Where neither says what happens, the emulator takes the stricter reading:
//
//   - An attestation note needs a hint with a name; an attestation needs a payload with a signature, or a JWT.
//   - Notes and occurrences in a location are refused: Binary Authorization does not read them.
//   - The kind of a note or occurrence never changes; an update mask must name fields that exist. Output-only fields in a mask
//     or a body are ignored. An occurrence's note has to be in the body of an update, and with the resource has to stay the same.
//   - The same attestation of the same note on the same resource twice in a project is ALREADY_EXISTS, whoever signed it
//     first. Other kinds of occurrences are not compared.
//   - A note can be deleted while occurrences of it exist; they stay.
//   - Notes are listed by name, occurrences oldest first. A page size above 1000 is taken as 1000.
//   - Filters know =, has_prefix and has_suffix of the documented fields, joined by AND. Anything else is INVALID_ARGUMENT.
//   - A batch is created whole or not at all, in one project.
//   - Vulnerability summaries are not emulated.
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
