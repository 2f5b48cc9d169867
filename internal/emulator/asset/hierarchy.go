package asset

import (
	"fmt"
	"regexp"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var container = regexp.MustCompile(`^(?:projects/[A-Za-z0-9][A-Za-z0-9.:_-]*|folders/[0-9]+|organizations/[0-9]+)$`)

// maxDepth is above Google's limit of ten levels of folders
// (https://cloud.google.com/resource-manager/docs/creating-managing-folders).
const maxDepth = 16

// SetParent puts a project or folder ("projects/p", "folders/1") into a folder or organization
// ("folders/2", "organizations/3") and creates the latter if needed.
func (a *API) SetParent(child, parent string) error {
	for _, name := range []string{child, parent} {
		if !container.MatchString(name) {
			return fmt.Errorf("%q is no project, folder or organization", name)
		}
	}
	if kind(child) == "organizations" || kind(parent) == "projects" {
		return fmt.Errorf("%s cannot be in %s", child, parent)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.parents[a.numbered(child)] = parent
	return nil
}

func kind(name string) string { return name[:len(name)-len(id(name))-1] }

var lastPart = regexp.MustCompile(`[^/]+$`)

func id(name string) string { return lastPart.FindString(name) }

// numbered replaces a project id in the name by the project number.
func (a *API) numbered(name string) string {
	if kind(name) == "projects" {
		return "projects/" + a.w.ProjectNumber(id(name))
	}
	return name
}

// ancestors returns the project of an asset and its parents, the closest first (Asset.ancestors).
// The caller holds the lock.
func (a *API) ancestors(project string) []string {
	path := []string{"projects/" + a.w.ProjectNumber(project)}
	for len(path) < maxDepth {
		parent, ok := a.parents[path[len(path)-1]]
		if !ok {
			return path
		}
		path = append(path, parent)
	}
	return path
}

// scope returns the name of a request's scope in the form used by ancestors. Every project exists;
// a folder or organization exists once SetParent named it. Anything else is PERMISSION_DENIED, as
// Google does not distinguish missing from denied. The caller holds the lock.
func (a *API) scope(field, name string) (string, error) {
	if !container.MatchString(name) {
		return "", invalid("%s: %q is not of the form projects/*, folders/* or organizations/*.", field, name)
	}
	if kind(name) == "projects" {
		return a.numbered(name), nil
	}
	for child, parent := range a.parents {
		if child == name || parent == name {
			return name, nil
		}
	}
	return "", status.Errorf(codes.PermissionDenied, "Permission denied on resource '%s' (or it may not exist).", name)
}

func invalid(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}
