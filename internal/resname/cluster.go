package resname

import (
	"fmt"
)

// Cluster names a GKE cluster. Location is a region or a zone.
type Cluster struct{ Project, Location, ID string }

// clusterID is the documented form of a cluster's name: at most 40 characters, lower case,
// beginning with a letter. Source: google.container.v1.Cluster.name.
var clusterID = form(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// ParseCluster reads "projects/{project}/locations/{location}/clusters/{cluster}" (also with
// "zones" or "regions", as self links have it), "{project}/{location}/{cluster}" or
// "{location}/{cluster}"; the last in project.
func ParseCluster(name, project string) (Cluster, error) {
	v, err := parse("a cluster", name,
		"projects/{project}/locations/{location}/clusters/{cluster}",
		"projects/{project}/zones/{location}/clusters/{cluster}",
		"projects/{project}/regions/{location}/clusters/{cluster}",
		"{project}/{location}/{cluster}", "{location}/{cluster}")
	if err != nil {
		return Cluster{}, err
	}
	if v, err = withProject("the cluster", name, project, v, 3); err != nil {
		return Cluster{}, err
	}
	if !clusterID().MatchString(v[2]) {
		return Cluster{}, fmt.Errorf("%q is not the name of a cluster: %q must begin with a lower-case letter, "+
			"have lower-case letters, digits and hyphens only, not end with a hyphen, and be at most 40 characters long", name, v[2])
	}
	return Cluster{v[0], v[1], v[2]}, nil
}

func (c Cluster) String() string { return c.Parent() + "/clusters/" + c.ID }

// Parent is the project and location of the cluster.
func (c Cluster) Parent() string { return "projects/" + c.Project + "/locations/" + c.Location }

// EverywhereIn is the parent for all zones and regions of a project in GKE's list calls.
func EverywhereIn(project string) string { return "projects/" + project + "/locations/-" }

// Operation is the full name of a GKE operation on the cluster; GKE reports the bare id.
func (c Cluster) Operation(id string) string { return c.Parent() + "/operations/" + id }
