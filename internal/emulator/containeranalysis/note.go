package containeranalysis

import (
	"context"
	"strings"

	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

const maxBatch = 1000 // BatchCreateNotesRequest.notes, BatchCreateOccurrencesRequest.occurrences

func (g grafeas) CreateNote(_ context.Context, r *grafeaspb.CreateNoteRequest) (*grafeaspb.Note, error) {
	batch, err := g.addNotes(r.GetParent(), map[string]*grafeaspb.Note{r.GetNoteId(): r.GetNote()})
	if err != nil {
		return nil, err
	}
	return batch[0], nil
}

func (g grafeas) BatchCreateNotes(_ context.Context, r *grafeaspb.BatchCreateNotesRequest) (*grafeaspb.BatchCreateNotesResponse, error) {
	if n := len(r.GetNotes()); n == 0 || n > maxBatch {
		return nil, invalid("a batch must have 1 to %d notes, not %d", maxBatch, n)
	}
	batch, err := g.addNotes(r.GetParent(), r.GetNotes())
	return &grafeaspb.BatchCreateNotesResponse{Notes: batch}, err
}

// addNotes adds all of the notes or none.
func (a *API) addNotes(parent string, sent map[string]*grafeaspb.Note) ([]*grafeaspb.Note, error) {
	parent, err := a.name(project, parent)
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.notes.create", parent); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	var added, answer []*grafeaspb.Note
	for _, id := range sortedKeys(sent) {
		n, err := a.newNote(parent+"/notes/"+id, sent[id])
		if err != nil {
			return nil, err
		}
		added, answer = append(added, n), append(answer, proto.CloneOf(n))
	}
	for _, n := range added {
		a.notes[n.GetName()] = n
	}
	return answer, nil
}

func (a *API) newNote(name string, sent *grafeaspb.Note) (*grafeaspb.Note, error) {
	name, err := a.name(note, name)
	if err != nil {
		return nil, err
	}
	if a.notes[name] != nil {
		return nil, taken(note, name[strings.LastIndex(name, "/")+1:])
	}
	n := &grafeaspb.Note{}
	if sent != nil {
		n = proto.CloneOf(sent)
	}
	n.Name, n.Kind, n.CreateTime = name, kindOf(n, "type"), a.w.Now()
	n.UpdateTime = n.GetCreateTime()
	return n, checkNote(n)
}

func (g grafeas) GetNote(_ context.Context, r *grafeaspb.GetNoteRequest) (*grafeaspb.Note, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, err := g.note(r.GetName())
	if err != nil {
		return nil, err
	}
	return proto.CloneOf(n), nil
}

func (a *API) note(s string) (*grafeaspb.Note, error) {
	name, err := a.name(note, s)
	if err != nil {
		return nil, err
	}
	if a.notes[name] == nil {
		return nil, missing()
	}
	return a.notes[name], nil
}

func (g grafeas) UpdateNote(_ context.Context, r *grafeaspb.UpdateNoteRequest) (*grafeaspb.Note, error) {
	if r.GetNote() == nil {
		return nil, invalid("note must be specified")
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	have, err := g.note(r.GetName())
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.notes.update", have.GetName()); err != nil {
		return nil, err
	}
	n := proto.CloneOf(have)
	if err := merge(n, r.GetNote(), r.GetUpdateMask()); err != nil {
		return nil, err
	}
	if got := kindOf(n, "type"); got != have.GetKind() {
		return nil, invalid("note kind %s may not be changed", have.GetKind())
	}
	if err := checkNote(n); err != nil {
		return nil, err
	}
	n.UpdateTime = g.w.Now()
	g.notes[n.GetName()] = n
	return proto.CloneOf(n), nil
}

func (g grafeas) DeleteNote(_ context.Context, r *grafeaspb.DeleteNoteRequest) (*emptypb.Empty, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	n, err := g.note(r.GetName())
	if err != nil {
		return nil, err
	}
	if err := notGoogles("containeranalysis.notes.delete", n.GetName()); err != nil {
		return nil, err
	}
	delete(g.notes, n.GetName())
	g.store.Delete(n.GetName())
	return &emptypb.Empty{}, nil
}
