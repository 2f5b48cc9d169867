package gke

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// legacy holds the request fields from before name and parent: project_id, zone, and cluster_id or
// operation_id. They are deprecated and still served, under paths with zones too.
type legacy struct{ project, zone, id string }

// locateLegacy is locate for a request with only the deprecated fields. Users reported the refusal
// of regions: https://github.com/kubernetes/kubernetes/issues/75606.
func (a *API) locateLegacy(kind string, l legacy) (place, string, error) {
	if l.project == "" || l.zone == "" || kind != "" && l.id == "" {
		return place{}, "", status.Error(codes.InvalidArgument, "The request names no resource.")
	}
	if l.zone != everywhere && !zone.MatchString(l.zone) {
		return place{}, "", status.Error(codes.InvalidArgument,
			"'zone' field cannot be used to access GKE regional clusters. Use 'name' or 'parent' fields instead.")
	}
	p := place{a.w.ProjectID(l.project), l.zone}
	return p, l.id, a.checkLocation(p)
}
