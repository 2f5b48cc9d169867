package binauthz

import (
	"regexp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// id is the pattern of attestor and platform policy ids. Google publishes no rule; gcloud accepts
// these characters. Like all names here, ids begin with a letter or digit.
var id = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]*$`)

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

var (
	errNotFound = status.Error(codes.NotFound, "Requested entity was not found.")
	errExists   = status.Error(codes.AlreadyExists, "Requested entity already exists")
	errEtag     = status.Error(codes.Aborted, "The etag does not match the current version of the resource. Read it again and retry.")
)

// attestorName parses a full name. The API accepts no short forms.
func attestorName(name string) (resname.Attestor, error) {
	n, err := resname.ParseAttestor(name, "")
	if err != nil || n.String() != name || !id.MatchString(n.ID) {
		return n, invalid("The attestor name '%s' is not valid: want projects/*/attestors/*.", name)
	}
	return n, nil
}

func policyName(name string) (resname.Policy, error) {
	n, err := resname.ParsePolicy(name)
	if err != nil || n.String() != name {
		return n, invalid("The policy name '%s' is not valid: want projects/*/policy.", name)
	}
	return n, nil
}

func projectName(name string) (string, error) {
	p, err := resname.ParseProject(name)
	if err != nil || "projects/"+p != name {
		return "", invalid("The parent '%s' is not valid: want projects/*.", name)
	}
	return p, nil
}

// key is the map key of an attestor: its name with the project number. A project id and its number
// mean the same project.
func (a *API) key(n resname.Attestor) string {
	return resname.Attestor{Project: a.world.ProjectNumber(n.Project), ID: n.ID}.String()
}
