package gcp

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// AttestationsIn lists the attestations of an image, by its digest "sha256:…", that a project keeps, of whatever note,
// oldest first.
func (c *Clients) AttestationsIn(ctx context.Context, project, digest string) ([]*Occurrence, error) {
	byName, err := c.attestationsWith(ctx, project, fmt.Sprintf("has_suffix(resourceUrl, %q)", digest), 0)
	return oldestFirst(byName), err
}

// attestationsWith lists what the filter leaves of a project's attestations, at most as many; 0 is no limit.
func (c *Clients) attestationsWith(ctx context.Context, project, filter string, most int) (map[string]*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	return listAll(ctx, c, listOccurrences, project, (*Occurrence).GetName, func(ctx context.Context) pager[*Occurrence] {
		return upTo(most, client.ListOccurrences(ctx, &grafeas.ListOccurrencesRequest{
			Parent: "projects/" + project, Filter: `kind="ATTESTATION" AND ` + filter, PageSize: notePage,
		}))
	})
}

// snapshotAttestations is how many attestations a refresh reads in a list. A note can have 100,000; what is beyond is read
// by name.
const snapshotAttestations = 5 * notePage

// snapshotAttestationsOf lists the attestations of a note in a project: "{project} {note}". It is the project's list, because
// who makes attestations may read that, and need not be allowed to list those of the note.
func (c *Clients) snapshotAttestationsOf(ctx context.Context, parent string) (map[string]*Occurrence, error) {
	project, note, _ := strings.Cut(parent, " ")
	name, err := resname.ParseNote(note, "")
	if err != nil {
		return nil, err
	}
	return c.attestationsWith(ctx, project, fmt.Sprintf("noteProjectId=%q AND noteId=%q", name.Project, name.ID), snapshotAttestations)
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
