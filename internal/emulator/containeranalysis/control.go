package containeranalysis

import (
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
)

// Attestations returns copies of the attestations of a note on an image, from all projects, oldest
// first. The image is registry/repository@digest; attestations on the image with https:// in front
// are included.
func (a *API) Attestations(note, image string) (found []*grafeaspb.Occurrence) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, o := range a.occurrences {
		if o.GetNoteName() == note && o.GetAttestation() != nil && strings.TrimPrefix(o.GetResourceUri(), "https://") == image {
			found = append(found, proto.CloneOf(o))
		}
	}
	return found
}
