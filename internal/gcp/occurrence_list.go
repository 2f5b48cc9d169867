package gcp

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"
)

// AttestationsIn lists the attestations of an image, by its digest "sha256:…", that a project keeps, of whatever note,
// oldest first.
func (c *Clients) AttestationsIn(ctx context.Context, project, digest string) ([]*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	filter := fmt.Sprintf("kind=\"ATTESTATION\" AND has_suffix(resourceUrl, %q)", digest)
	byName, err := listAll(ctx, c, listOccurrences, project, (*Occurrence).GetName, func(ctx context.Context) pager[*Occurrence] {
		return client.ListOccurrences(ctx, &grafeas.ListOccurrencesRequest{Parent: "projects/" + project, Filter: filter, PageSize: notePage})
	})
	return oldestFirst(byName), err
}

func oldestFirst(byName map[string]*Occurrence) []*Occurrence {
	all := make([]*Occurrence, 0, len(byName))
	for _, occurrence := range byName {
		all = append(all, occurrence)
	}
	slices.SortFunc(all, func(a, b *Occurrence) int {
		return cmp.Or(a.GetCreateTime().AsTime().Compare(b.GetCreateTime().AsTime()), cmp.Compare(a.GetName(), b.GetName()))
	})
	return all
}
