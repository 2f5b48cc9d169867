package gcp

import (
	"context"
	"fmt"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Occurrence is the API's own message.
type Occurrence = grafeas.Occurrence

// Attestations lists the attestations of an image, by its digest "sha256:…", that are attached to a note.
func (c *Clients) Attestations(ctx context.Context, note, digest string) ([]*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	name, err := resname.ParseNote(note, "")
	if err != nil {
		return nil, err
	}
	byName, err := listAll(ctx, c, listNoteOccurrences, name.Project, (*Occurrence).GetName, func(ctx context.Context) pager[*Occurrence] {
		return client.ListNoteOccurrences(ctx, &grafeas.ListNoteOccurrencesRequest{Name: note, Filter: fmt.Sprintf("has_suffix(resourceUrl, %q)", digest), PageSize: notePage})
	})
	all := make([]*Occurrence, 0, len(byName))
	for _, occurrence := range byName {
		all = append(all, occurrence)
	}
	return all, err
}
