// Package resname parses and formats the resource names of Google's APIs
// (https://google.aip.dev/122). It is pure: it makes no calls.
//
// Each Parse function accepts three forms: the full name, the URL forms printed by Google
// ("//container.googleapis.com/projects/…", "https://container.googleapis.com/v1/projects/…"), and
// the short forms for an import command. All forms mean the same object. String always returns the
// full name.
package resname

import (
	"fmt"
	"regexp"
	"strings"
)

// segment is one element of a name. Google publishes no character set for most ids, so this refuses
// only impossible ids: empty, ".", "..", and characters with a meaning in URLs.
var segment = form(`^[A-Za-z0-9][A-Za-z0-9._~:+@%-]*$`)

// published are the elements with a published character set.
var published = map[string]func() *regexp.Regexp{"ring": kmsID, "key": kmsID}

// checkSegment reports why s cannot be an element of a name called label.
func checkSegment(label, s string) error {
	form, ok := published[label]
	if !ok {
		form = segment
	}
	switch {
	case s == "":
		return fmt.Errorf("%s is empty", label)
	case !form().MatchString(s):
		return fmt.Errorf("%s %q has a character not allowed in resource names", label, s)
	}
	return nil
}

// match splits name by a pattern of the form "projects/{project}/attestors/{attestor}" and returns
// the values of the braced elements in order. ok is false if name has another form; err names the
// invalid element.
func match(pattern, name string) (values []string, ok bool, err error) {
	want, got := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(want) != len(got) {
		return nil, false, nil
	}
	for i, w := range want {
		if !strings.HasPrefix(w, "{") {
			if w != got[i] {
				return nil, false, nil
			}
			continue
		}
		if w == "{project}" && got[i] == "projects" { // a truncated full name, not a project
			return nil, false, nil
		}
		if e := checkSegment(strings.Trim(w, "{}"), got[i]); e != nil && err == nil {
			err = e
		}
		values = append(values, got[i])
	}
	return values, true, err
}

// parse tries patterns in order, after removing the service part of a URL form.
func parse(kind, name string, patterns ...string) ([]string, error) {
	trimmed := trimService(name)
	for _, p := range patterns {
		values, ok, err := match(p, trimmed)
		if err != nil {
			return nil, fmt.Errorf("%q is not the name of %s: %w", name, kind, err)
		}
		if ok {
			return values, nil
		}
	}
	return nil, fmt.Errorf("%q is not the name of %s: want %s", name, kind, strings.Join(patterns, " or "))
}

// trimService removes "//service/" and "https://service/v1/" in front of "projects/".
func trimService(name string) string {
	if !strings.HasPrefix(name, "//") && !strings.HasPrefix(name, "https://") {
		return name
	}
	if i := strings.Index(name, "/projects/"); i >= 0 {
		return name[i+1:]
	}
	return name
}

// withProject adds the default project to values without one.
func withProject(kind, name, project string, values []string, want int) ([]string, error) {
	if len(values) == want {
		return values, nil
	}
	if project == "" {
		return nil, fmt.Errorf("%q does not name the project of %s, and no default project is set", name, kind)
	}
	if err := checkSegment("project", project); err != nil {
		return nil, err
	}
	return append([]string{project}, values...), nil
}

// projectID is a project's id: lower case, digits and hyphens, beginning with a letter, perhaps
// within a domain. Source:
// https://cloud.google.com/resource-manager/docs/creating-managing-projects. Lengths are left to
// Google.
var projectID = form(`^([a-z0-9.-]+:)?[a-z]([a-z0-9-]*[a-z0-9])?$`)

// CheckProjectID reports why project is not a project id. A number names a project too, but answers
// use the id.
func CheckProjectID(project string) error {
	if projectID().MatchString(project) {
		return nil
	}
	return fmt.Errorf("%q is not the id of a project: "+
		"want only the id, such as \"my-project-123\", not a path, a name or a number", project)
}

// ParseProject reads "projects/{project}" or "{project}" (an id or a number) and returns the bare
// project.
func ParseProject(name string) (string, error) {
	v, err := parse("a project", name, "projects/{project}", "{project}")
	if err != nil {
		return "", err
	}
	return v[0], nil
}

// IsProjectNumber reports whether project is a number rather than an id. Some fields take only one
// of them.
func IsProjectNumber(project string) bool {
	return project != "" && strings.Trim(project, "0123456789") == ""
}
