package walk

import (
	"cmp"
	"slices"
	"strings"
)

// Binding is the plan of a resource for a single binding: of one platform policy to one cluster.
type Binding struct {
	// Cluster and Policy are full names.
	Cluster, Policy string
	// Leaves means that the resource is destroyed, or replaced with another binding.
	Leaves bool
}

// Resource is the id of the resource.
func (b Binding) Resource() string { return b.Cluster + " " + b.Policy }

// Settings is the plan for the settings of a cluster.
type Settings struct {
	// Lists means that the settings list all bindings.
	Lists bool
	// Enforces means that the cluster evaluates the project's policy.
	Enforces bool
}

// bound is the plan for the bindings of one cluster.
type bound struct {
	settings *Settings
	single   map[string]Binding // by id of the resource
}

// PlanBinding records the plan for a binding, and reports whether the cluster's settings list all
// bindings. A planned create replaces a planned destroy of the same binding, not vice versa.
func (w *Walk) PlanBinding(b Binding) (listed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.boundOf(b.Cluster)
	if _, planned := of.single[b.Resource()]; !planned || !b.Leaves {
		of.single[b.Resource()] = b
	}
	return of.settings != nil && of.settings.Lists
}

// PlanSettings records the plan for the settings of a cluster. If they list all bindings, it
// returns the single bindings planned so far.
func (w *Walk) PlanSettings(cluster string, s Settings) []Binding {
	w.mu.Lock()
	w.boundOf(cluster).settings = &s
	w.mu.Unlock()
	if !s.Lists {
		return nil
	}
	return w.Bindings(cluster)
}

// Settings is the plan for the settings of a cluster.
func (w *Walk) Settings(cluster string) (s Settings, planned bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if of := w.boundOf(cluster); of.settings != nil {
		return *of.settings, true
	}
	return Settings{}, false
}

// Bindings are the single bindings of a cluster planned so far.
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

// bindingDone forgets the plan for settings or a binding after the write.
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
