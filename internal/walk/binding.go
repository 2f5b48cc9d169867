package walk

import (
	"cmp"
	"slices"
	"strings"
)

// Binding is what is planned for the binding of one platform policy to a cluster by a resource of its own.
type Binding struct {
	// Cluster and Policy are full names.
	Cluster, Policy string
	// Leaves says that the resource is planned to be destroyed, or replaced by one for another binding.
	Leaves bool
}

// Resource is the id of the resource.
func (b Binding) Resource() string { return b.Cluster + " " + b.Policy }

// Settings is what is planned for the setting of a cluster as a whole.
type Settings struct {
	// Lists says that the plan decides on all bindings.
	Lists bool
	// Enforces says that the project's policy is evaluated.
	Enforces bool
}

// bound is what is planned for the bindings of one cluster.
type bound struct {
	settings *Settings
	single   map[string]Binding // by id of the resource
}

// PlanBinding notes what is planned for a binding. One that comes replaces the plan of one that leaves, not the other way round. It reports
// whether the cluster's settings list its bindings.
func (w *Walk) PlanBinding(b Binding) (listed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.boundOf(b.Cluster)
	if _, planned := of.single[b.Resource()]; !planned || !b.Leaves {
		of.single[b.Resource()] = b
	}
	return of.settings != nil && of.settings.Lists
}

// PlanSettings notes what is planned for the settings of a cluster. If they list its bindings, the resources are returned that were planned
// for single ones before.
func (w *Walk) PlanSettings(cluster string, s Settings) []Binding {
	w.mu.Lock()
	w.boundOf(cluster).settings = &s
	w.mu.Unlock()
	if !s.Lists {
		return nil
	}
	return w.Bindings(cluster)
}

// Settings is what was planned for the settings of a cluster.
func (w *Walk) Settings(cluster string) (s Settings, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if of := w.boundOf(cluster); of.settings != nil {
		return *of.settings, true
	}
	return Settings{}, false
}

// Bindings are the bindings of a cluster that were planned so far by resources of their own.
func (w *Walk) Bindings(cluster string) []Binding {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Binding
	for _, b := range w.boundOf(cluster).single {
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b Binding) int { return cmp.Compare(a.Policy, b.Policy) })
	return all
}

func (w *Walk) boundOf(cluster string) *bound {
	if w.bound[cluster] == nil {
		w.bound[cluster] = &bound{single: map[string]Binding{}}
	}
	return w.bound[cluster]
}

// bindingDone forgets what was planned for the settings of a cluster or a binding that has been written.
func (s *seen) bindingDone(id string) {
	cluster, _, _ := strings.Cut(id, " ")
	of := s.bound[cluster]
	switch {
	case of == nil:
	case cluster == id:
		of.settings = nil
	default:
		delete(of.single, id)
	}
}
