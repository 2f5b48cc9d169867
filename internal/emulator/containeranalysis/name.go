package containeranalysis

import (
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// kind describes the names of one kind of resource. The character set of note ids is not published;
// this one refuses characters with a meaning in URLs.
type kind struct {
	label string
	form  *regexp.Regexp
}

var (
	project    = kind{"project", regexp.MustCompile(`^projects/[A-Za-z0-9][A-Za-z0-9.:_-]*$`)}
	note       = kind{"note", regexp.MustCompile(`^projects/[A-Za-z0-9][A-Za-z0-9.:_-]*/notes/[A-Za-z0-9][A-Za-z0-9._~:+@%-]*$`)}
	occurrence = kind{"occurrence", regexp.MustCompile(`^projects/[A-Za-z0-9][A-Za-z0-9.:_-]*/occurrences/[A-Za-z0-9-]+$`)}
)

// name replaces a project number in s by the project id if s is a name of kind k.
func (a *API) name(k kind, s string) (string, error) {
	if !k.form.MatchString(s) {
		return "", invalid("%q is not the name of a %s", s, k.label)
	}
	parts := strings.SplitN(s, "/", 3)
	parts[1] = a.w.ProjectID(parts[1])
	return strings.Join(parts, "/"), nil
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

// missing is the service's own text for every missing resource.
func missing() error { return status.Error(codes.NotFound, "Requested entity was not found") }

func taken(k kind, id string) error {
	return status.Errorf(codes.AlreadyExists, "%s ID %q already exists", k.label, id)
}
