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

// AttestationsIn lists the attestations of an image in a project, of all notes, oldest first. The
// image is its digest "sha256:…".
func (c *Clients) AttestationsIn(ctx context.Context, project, digest string) ([]*Occurrence, error) {
	byName, err := c.attestationsOf(ctx, project, fmt.Sprintf("has_suffix(resourceUrl, %q)", digest), 0, nil)
	return oldestFirst(byName), err
}

// AttestationsOn lists attestations in a project, oldest first: those on a note, or on all notes
// for "", filtered by wanted, up to a limit; 0 means no limit.
func (c *Clients) AttestationsOn(
	ctx context.Context, project, note string, most int, wanted func(*Occurrence) bool,
) ([]*Occurrence, error) {
	var filter string
	if note != "" {
		name, err := resname.ParseNote(note, "")
		if err != nil {
			return nil, err
		}
		filter = onNote(name)
	}
	byName, err := c.attestationsOf(ctx, project, filter, most, wanted)
	return oldestFirst(byName), err
}

// attestationsOf lists the attestations of a project that match the API filter and are wanted, nil
// for all, up to a limit; 0 means no limit.
func (c *Clients) attestationsOf(
	ctx context.Context, project, filter string, most int, wanted func(*Occurrence) bool,
) (map[string]*Occurrence, error) {
	client, err := c.grafeasClient()
	if err != nil {
		return nil, err
	}
	terms := slices.DeleteFunc([]string{`kind="ATTESTATION"`, filter}, func(term string) bool { return term == "" })
	return listAll(ctx, c, listCall[*Occurrence]{
		method: listOccurrences, project: project, name: (*Occurrence).GetName, wanted: wanted, most: most,
		from: func(ctx context.Context, token string) pager[*Occurrence] {
			return client.ListOccurrences(ctx, &grafeas.ListOccurrencesRequest{
				Parent: "projects/" + project, Filter: strings.Join(terms, " AND "), PageSize: notePage, PageToken: token,
			})
		},
	})
}

// onNote is the filter for the occurrences of a note.
func onNote(name resname.Note) string {
	return fmt.Sprintf("noteProjectId=%q AND noteId=%q", name.Project, name.ID)
}

// snapshotAttestations is the maximum size of a refresh list. A note can have 100,000 attestations;
// those beyond the limit are read by name.
const snapshotAttestations = 5 * notePage

// snapshotAttestationsOf lists the attestations of a note in a project: "{project} {note}". It uses
// the list of the project, because a creator of attestations can read that one, but not always the
// list of the note.
func (c *Clients) snapshotAttestationsOf(ctx context.Context, parent string) (map[string]*Occurrence, error) {
	project, note, _ := strings.Cut(parent, " ")
	name, err := resname.ParseNote(note, "")
	if err != nil {
		return nil, err
	}
	return c.attestationsOf(ctx, project, onNote(name), snapshotAttestations, nil)
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
