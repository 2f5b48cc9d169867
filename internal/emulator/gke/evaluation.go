package gke

import (
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Cluster is what a cluster's own API server knows of it.
type Cluster struct {
	resname.Cluster
	// Path is how names of what is in the cluster begin: with zones where the cluster is in one.
	Path string
	// Region is the cluster's own or that of its zone.
	Region string
	// Judges says that the project's policy decides about pods.
	Judges bool
}

// ClusterOf looks a cluster up by its full name.
func (a *API) ClusterOf(name string) (Cluster, error) {
	defer a.lock()()
	c, err := a.known(name)
	if err != nil {
		return Cluster{}, err
	}
	return Cluster{c.name, Path(c.name), region(c.name.Location), slices.Contains(judging, c.setting.effective())}, nil
}

// judging are the modes in which the project's policy decides; platform policies only monitor.
var judging = []string{enforce, "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"}

// Path is how names of what is in a cluster begin.
func Path(c resname.Cluster) string { return path(placeOf(c), "clusters", c.ID) }

// Settle ends the operations whose time has passed.
func (a *API) Settle() { a.lock()() }
