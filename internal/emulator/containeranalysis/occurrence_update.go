package containeranalysis

import (
	"context"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
)

func (g grafeas) UpdateOccurrence(_ context.Context, r *grafeaspb.UpdateOccurrenceRequest) (*grafeaspb.Occurrence, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i, err := g.occurrence(r.GetName())
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.notes.attachOccurrence", g.occurrences[i].GetNoteName()); err != nil {
		return nil, err
	}
	o, err := g.changed(g.occurrences[i], r)
	if err != nil {
		return nil, err
	}
	o.UpdateTime = g.w.Now()
	g.occurrences[i] = o
	return proto.CloneOf(o), nil
}

// changed returns the occurrence after the update. The body must name the note even if the mask
// does not.
func (a *API) changed(have *grafeaspb.Occurrence, r *grafeaspb.UpdateOccurrenceRequest) (*grafeaspb.Occurrence, error) {
	of, err := a.note(r.GetOccurrence().GetNoteName())
	if err != nil {
		return nil, err
	}
	o := proto.CloneOf(have)
	if err := merge(o, r.GetOccurrence(), r.GetUpdateMask()); err != nil {
		return nil, err
	}
	o.NoteName = of.GetName()
	switch {
	case o.GetNoteName() != have.GetNoteName():
		return nil, invalid("note_name may not be changed")
	case o.GetResourceUri() != have.GetResourceUri():
		return nil, invalid("resource_uri may not be changed")
	case kindOf(o, "details") != have.GetKind():
		return nil, invalid("occurrence kind %s may not be changed", have.GetKind())
	}
	return o, checkOccurrence(o, of)
}
