package containeranalysis

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// google are Google's projects with the notes of scans and builds. Only Google may write there.
var google = []string{"goog-analysis", "goog-vulnz", "verified-builder"}

// notGoogles refuses changes of Google's own notes and projects, and of occurrences on these notes,
// with the texts from recordings of other notes. name is a project or a note.
func notGoogles(permission, name string) error {
	parts := strings.Split(name, "/")
	if !slices.Contains(google, parts[1]) {
		return nil
	}
	entity := ""
	if len(parts) > 2 {
		entity = parts[3]
	}
	return status.Errorf(codes.PermissionDenied, "permission %q denied for project %q, entity ID %q", permission, parts[1], entity)
}

// provide adds a note of Google if it is missing. The caller holds the lock.
func (a *API) provide(name string, n *grafeaspb.Note) {
	if a.notes[name] != nil {
		return
	}
	n.Name, n.Kind, n.CreateTime = name, kindOf(n, "type"), a.w.Now()
	n.UpdateTime = n.GetCreateTime()
	a.notes[name] = n
}

// put writes an occurrence of Google. It replaces an occurrence of the same note on the same
// resource. The caller holds the lock.
func (a *API) put(parent string, o *grafeaspb.Occurrence) {
	o.Name, o.Kind, o.CreateTime = parent+"/occurrences/"+uuid.NewString(), kindOf(o, "details"), a.w.Now()
	o.UpdateTime = o.GetCreateTime()
	i := slices.IndexFunc(a.occurrences, func(have *grafeaspb.Occurrence) bool {
		return within(have, parent+"/occurrences/") && have.GetResourceUri() == o.GetResourceUri() && have.GetNoteName() == o.GetNoteName()
	})
	if i < 0 {
		a.occurrences = append(a.occurrences, o)
		return
	}
	o.Name, o.CreateTime = a.occurrences[i].GetName(), a.occurrences[i].GetCreateTime()
	a.occurrences[i] = o
}
