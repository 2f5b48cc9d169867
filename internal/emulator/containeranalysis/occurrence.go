package containeranalysis

import (
	"context"
	"slices"

	"github.com/google/uuid"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

func (g grafeas) CreateOccurrence(_ context.Context, r *grafeaspb.CreateOccurrenceRequest) (*grafeaspb.Occurrence, error) {
	batch, err := g.addOccurrences(r.GetParent(), []*grafeaspb.Occurrence{r.GetOccurrence()})
	if err != nil {
		return nil, err
	}
	return batch[0], nil
}

func (g grafeas) BatchCreateOccurrences(
	_ context.Context, r *grafeaspb.BatchCreateOccurrencesRequest,
) (*grafeaspb.BatchCreateOccurrencesResponse, error) {
	if n := len(r.GetOccurrences()); n == 0 || n > maxBatch {
		return nil, invalid("a batch must have 1 to %d occurrences, not %d", maxBatch, n)
	}
	batch, err := g.addOccurrences(r.GetParent(), r.GetOccurrences())
	return &grafeaspb.BatchCreateOccurrencesResponse{Occurrences: batch}, err
}

// addOccurrences adds all of the occurrences or none.
func (a *API) addOccurrences(parent string, sent []*grafeaspb.Occurrence) ([]*grafeaspb.Occurrence, error) {
	parent, err := a.name(project, parent)
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.occurrences.create", parent); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	all := slices.Clone(a.occurrences)
	var answer []*grafeaspb.Occurrence
	for _, s := range sent {
		o, err := a.newOccurrence(parent, s)
		if err != nil {
			return nil, err
		}
		if err := unlike(all, o, parent); err != nil {
			return nil, err
		}
		all, answer = append(all, o), append(answer, proto.CloneOf(o))
	}
	a.occurrences = all
	return answer, nil
}

func (a *API) newOccurrence(parent string, sent *grafeaspb.Occurrence) (*grafeaspb.Occurrence, error) {
	if sent.GetResourceUri() == "" {
		return nil, invalid("resource_uri must be specified")
	}
	if sent.GetNoteName() == "" {
		return nil, invalid("note_name must be specified")
	}
	of, err := a.note(sent.GetNoteName())
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.notes.attachOccurrence", of.GetName()); err != nil {
		return nil, err
	}
	o := proto.CloneOf(sent)
	o.Name, o.NoteName = parent+"/occurrences/"+uuid.NewString(), of.GetName()
	o.Kind, o.CreateTime = kindOf(o, "details"), a.w.Now()
	o.UpdateTime = o.GetCreateTime()
	return o, checkOccurrence(o, of)
}

// unlike refuses a duplicate attestation in a project. The error names the existing one.
func unlike(all []*grafeaspb.Occurrence, o *grafeaspb.Occurrence, parent string) error {
	if o.GetAttestation() == nil {
		return nil
	}
	prefix := parent + "/occurrences/"
	for _, have := range all {
		if within(have, prefix) && have.GetResourceUri() == o.GetResourceUri() && have.GetNoteName() == o.GetNoteName() &&
			proto.Equal(have.GetAttestation(), o.GetAttestation()) {
			return taken(occurrence, have.GetName()[len(prefix):])
		}
	}
	return nil
}

func (g grafeas) GetOccurrence(_ context.Context, r *grafeaspb.GetOccurrenceRequest) (*grafeaspb.Occurrence, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.settle()
	i, err := g.occurrence(r.GetName())
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(g.occurrences[i]), nil
}

// occurrence is the index of an occurrence.
func (a *API) occurrence(s string) (int, error) {
	name, err := a.name(occurrence, s)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(a.occurrences, func(o *grafeaspb.Occurrence) bool { return o.GetName() == name })
	if i < 0 {
		return 0, missing()
	}
	return i, nil
}

func (g grafeas) GetOccurrenceNote(_ context.Context, r *grafeaspb.GetOccurrenceNoteRequest) (*grafeaspb.Note, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i, err := g.occurrence(r.GetName())
	if err != nil {
		return nil, err
	}
	n, err := g.note(g.occurrences[i].GetNoteName())
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(n), nil
}

func (g grafeas) DeleteOccurrence(_ context.Context, r *grafeaspb.DeleteOccurrenceRequest) (*emptypb.Empty, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i, err := g.occurrence(r.GetName())
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.occurrences.delete", g.occurrences[i].GetNoteName()); err != nil {
		return nil, err
	}
	g.store.Delete(g.occurrences[i].GetName())
	g.occurrences = slices.Delete(g.occurrences, i, i+1)
	return &emptypb.Empty{}, nil
}
