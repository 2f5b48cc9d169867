package auditlog

import (
	"cmp"
	"slices"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// Subject is the key of a group of events: decision, image, reason and workload.
type Subject struct {
	Kind  Kind
	Image string // "" if the log does not name it
	// Reason is the reason in the log, or "".
	Reason                     string
	Project, Location, Cluster string
	Namespace, ServiceAccount  string
	Workload                   workload.Object
}

// Group is the events of one subject. An event of a pod with several images is in several groups.
type Group struct {
	Subject
	Count       int
	First, Last time.Time
}

// Tally groups events. The zero value is ready for use.
type Tally struct{ groups map[Subject]*Group }

// Add adds an event, for the wanted kinds.
func (t *Tally) Add(e Event, wanted []Kind) {
	for _, kind := range e.Kinds {
		if !slices.Contains(wanted, kind) {
			continue
		}
		for _, denied := range e.Denied {
			t.add(e.subject(kind, denied), e.Time)
		}
	}
}

func (e Event) subject(kind Kind, d Denied) Subject {
	return Subject{
		Kind: kind, Image: d.Image, Reason: d.Reason, Project: e.Project, Location: e.Location, Cluster: e.Cluster,
		Namespace: e.Namespace, ServiceAccount: e.Pod.ServiceAccount, Workload: e.Pod.Workload(),
	}
}

func (t *Tally) add(s Subject, at time.Time) {
	if t.groups == nil {
		t.groups = map[Subject]*Group{}
	}
	g, known := t.groups[s]
	if !known {
		g = &Group{Subject: s, First: at, Last: at}
		t.groups[s] = g
	}
	g.Count++
	if at.Before(g.First) {
		g.First = at
	}
	if at.After(g.Last) {
		g.Last = at
	}
}

// Groups returns all groups, sorted by kind, image, cluster, namespace, workload and reason.
func (t *Tally) Groups() []Group {
	all := make([]Group, 0, len(t.groups))
	for _, g := range t.groups {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Group) int { return slices.Compare(a.order(), b.order()) })
	return all
}

func (g Group) order() []string {
	kind := string(rune('a' + slices.Index(Kinds(), g.Kind)))
	return []string{
		kind, g.Image, g.Project, g.Location, g.Cluster, g.Namespace, g.Workload.Kind, g.Workload.Name, g.ServiceAccount, g.Reason,
	}
}

// Place returns the cluster of the pods: location.cluster.
func (s Subject) Place() string { return cmp.Or(s.Location, "?") + "." + cmp.Or(s.Cluster, "?") }
