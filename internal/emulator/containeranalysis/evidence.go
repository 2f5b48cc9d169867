package containeranalysis

import (
	"encoding/json"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// Evidence returns a project's occurrences of one kind on an image, oldest first, as the API's
// JSON. The image is registry/repository@digest; occurrences on the image with https:// in front
// are included.
func (a *API) Evidence(bare, kind, image string) (found []conformance.Occurrence, err error) {
	parent, err := a.name(project, "projects/"+bare)
	if err != nil {
		return nil, err
	}
	for _, o := range a.on(parent, kind, image) {
		text, err := protojson.Marshal(o)
		if err != nil {
			return nil, err
		}
		var read conformance.Occurrence
		if err := json.Unmarshal(text, &read); err != nil {
			return nil, err
		}
		found = append(found, read)
	}
	return found, nil
}

// on returns copies of the occurrences.
func (a *API) on(parent, kind, image string) (found []*grafeaspb.Occurrence) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.settle()
	for _, o := range a.occurrences {
		if within(o, parent+"/occurrences/") && o.GetKind().String() == kind &&
			strings.TrimPrefix(o.GetResourceUri(), scheme) == strings.TrimPrefix(image, scheme) {
			found = append(found, proto.CloneOf(o))
		}
	}
	return found
}
