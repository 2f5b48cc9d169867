package containeranalysis

import (
	"context"
	"maps"
	"slices"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

const standardPage, maxPage = 20, 1000 // ListNotesRequest.page_size, ListOccurrencesRequest.page_size

func (g grafeas) ListNotes(_ context.Context, r *grafeaspb.ListNotesRequest) (*grafeaspb.ListNotesResponse, error) {
	parent, err := g.name(project, r.GetParent())
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []*grafeaspb.Note
	for _, name := range sortedKeys(g.notes) {
		if within(g.notes[name], parent+"/notes/") {
			all = append(all, g.notes[name])
		}
	}
	page, next, err := list(g.w, all, noteFields, r)
	return &grafeaspb.ListNotesResponse{Notes: page, NextPageToken: next}, err
}

func (g grafeas) ListOccurrences(_ context.Context, r *grafeaspb.ListOccurrencesRequest) (*grafeaspb.ListOccurrencesResponse, error) {
	parent, err := g.name(project, r.GetParent())
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle()
	all := g.having(func(o *grafeaspb.Occurrence) bool { return within(o, parent+"/occurrences/") })
	page, next, err := list(g.w, all, occurrenceFields, r)
	return &grafeaspb.ListOccurrencesResponse{Occurrences: page, NextPageToken: next}, err
}

// ListNoteOccurrences lists the occurrences of a note in every project.
func (g grafeas) ListNoteOccurrences(
	_ context.Context, r *grafeaspb.ListNoteOccurrencesRequest,
) (*grafeaspb.ListNoteOccurrencesResponse, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle()
	n, err := g.note(r.GetName())
	if err != nil {
		return nil, err
	}
	all := g.having(func(o *grafeaspb.Occurrence) bool { return o.GetNoteName() == n.GetName() })
	page, next, err := list(g.w, all, occurrenceFields, r)
	return &grafeaspb.ListNoteOccurrencesResponse{Occurrences: page, NextPageToken: next}, err
}

func (a *API) having(ok func(*grafeaspb.Occurrence) bool) []*grafeaspb.Occurrence {
	var found []*grafeaspb.Occurrence
	for _, o := range a.occurrences {
		if ok(o) {
			found = append(found, o)
		}
	}
	return found
}

// list filters all and returns the requested page.
func list[T proto.Message](w *world.World, all []T, of fields[T], r interface {
	GetFilter() string
	GetPageSize() int32
	GetPageToken() string
},
) (page []T, next string, err error) {
	wanted, err := parseFilter(r.GetFilter(), of)
	if err != nil {
		return nil, "", err
	}
	var left []T
	for _, m := range all {
		if matches(wanted, of, m) {
			left = append(left, m)
		}
	}
	size := standardPage
	if r.GetPageSize() > 0 {
		size = maxPage
	}
	found, next, err := world.Page(w, left, r.GetPageSize(), size, r.GetPageToken())
	for _, m := range found {
		page = append(page, proto.CloneOf(m))
	}
	return page, next, err
}

func within(m interface{ GetName() string }, prefix string) bool {
	return strings.HasPrefix(m.GetName(), prefix)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
