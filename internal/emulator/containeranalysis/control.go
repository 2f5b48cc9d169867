package containeranalysis

import (
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
)

// Attestations returns copies of the attestations of a note for a digest, sha256:…, from all
// projects, oldest first. Registry, repository and tag of an attested resource do not count: "A
// single attestation can authorize identical images that are stored in multiple different locations
// or different registries" (https://cloud.google.com/binary-authorization/docs/making-attestations).
func (a *API) Attestations(note, digest string) (found []*grafeaspb.Occurrence) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, o := range a.occurrences {
		if o.GetNoteName() == note && o.GetAttestation() != nil && strings.HasSuffix(o.GetResourceUri(), "@"+digest) {
			found = append(found, proto.CloneOf(o))
		}
	}
	return found
}
