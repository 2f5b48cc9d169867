package gke

import (
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// everywhere is the location of lists over all zones and regions.
const everywhere = "-"

var zone = regexp.MustCompile(`-[a-z]$`)

// place is a project, always by id, and a location in it.
type place struct{ project, location string }

func placeOf(c resname.Cluster) place { return place{c.Project, c.Location} }

func (p place) cluster(id string) resname.Cluster {
	return resname.Cluster{Project: p.project, Location: p.location, ID: id}
}

func (p place) holds(c resname.Cluster) bool {
	return c.Project == p.project && (p.location == everywhere || c.Location == p.location)
}

// locate parses a name of the form "projects/{project}/locations/{location}", followed by
// "/{kind}/{id}" unless kind is empty. The deprecated fields count only without a name.
func (a *API) locate(name, kind string, deprecated legacy) (place, string, error) {
	if name == "" {
		return a.locateLegacy(kind, deprecated)
	}
	parts := strings.Split(name, "/")
	want := []string{"projects", "", "locations", ""}
	if kind != "" {
		want = append(want, kind, "")
	}
	if len(parts) != len(want) {
		return place{}, "", badName(name, want)
	}
	for i, w := range want {
		if parts[i] == "" || w != "" && parts[i] != w {
			return place{}, "", badName(name, want)
		}
	}
	p := place{a.w.ProjectID(parts[1]), parts[3]}
	return p, parts[len(parts)-1], a.checkLocation(p)
}

// checkLocation refuses a location unknown to Google, for every method.
func (a *API) checkLocation(p place) error {
	if p.location == everywhere || a.w.HasLocation(p.location) {
		return nil
	}
	return world.NoLocation("container.googleapis.com", "projects/"+p.project, p.location)
}

func badName(name string, want []string) error {
	form := strings.ReplaceAll(strings.Join(want, "/")+"/", "//", "/*/")
	return status.Errorf(codes.InvalidArgument, "%q is not of the form %s.", name, strings.TrimSuffix(form, "/"))
}

func (a *API) locateCluster(name string, deprecated legacy) (resname.Cluster, error) {
	p, id, err := a.locate(name, "clusters", deprecated)
	return p.cluster(id), err
}

// checkNewName refuses an invalid name of a new cluster. Source: google.container.v1.Cluster.name.
func checkNewName(c resname.Cluster) error {
	if _, err := resname.ParseCluster(c.String(), ""); err != nil {
		return status.Error(codes.InvalidArgument, err.Error())
	}
	if c.Location == everywhere {
		return status.Error(codes.InvalidArgument, "A cluster needs one zone or region.")
	}
	return nil
}

// path is the API's name of an object in messages and links: with zones for a zone, even if the
// request used locations.
func path(p place, kind, id string) string {
	collection := "locations"
	if zone.MatchString(p.location) {
		collection = "zones"
	}
	return strings.Join([]string{"projects", p.project, collection, p.location, kind, id}, "/")
}

// link is the URL of an object of kind.
func link(version string, p place, kind, id string) string {
	return "https://container.googleapis.com/" + version + "/" + path(p, kind, id)
}
