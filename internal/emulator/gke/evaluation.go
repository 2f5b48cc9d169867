package gke

import (
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Cluster is the view of a cluster from its own API server.
type Cluster struct {
	resname.Cluster
	// Path is the prefix of names in the cluster: with zones for a zonal cluster.
	Path string
	// Region is the cluster's region, or the region of its zone.
	Region string
	// Judges means that the project policy applies to pods.
	Judges bool
	// Bindings are the platform policies bound to the cluster, with project numbers.
	Bindings []string
}

// ClusterOf looks a cluster up by its full name.
func (a *API) ClusterOf(name string) (Cluster, error) {
	defer a.lock()()
	c, err := a.known(name)
	if err != nil {
		return Cluster{}, err
	}
	return a.seen(c), nil
}

func (a *API) seen(c *cluster) Cluster {
	s := Cluster{
		Cluster: c.name, Path: Path(c.name), Region: region(c.name.Location), Judges: slices.Contains(judging, c.setting.effective()),
	}
	for _, b := range bindingsOf(c.setting) {
		s.Bindings = append(s.Bindings, a.numbered(b))
	}
	return s
}

// Monitored returns the clusters with bound platform policies, by name.
func (a *API) Monitored() (found []Cluster) {
	defer a.lock()()
	for _, c := range a.clusters {
		if len(bindingsOf(c.setting)) > 0 {
			found = append(found, a.seen(c))
		}
	}
	slices.SortFunc(found, func(x, y Cluster) int { return strings.Compare(x.String(), y.String()) })
	return found
}

// judging are the modes with the project policy. Platform policies only monitor.
var judging = []string{enforce, "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"}

// Path is the prefix of names in a cluster.
func Path(c resname.Cluster) string { return path(placeOf(c), "clusters", c.ID) }

// Settle finishes the operations that are due.
func (a *API) Settle() { a.lock()() }
