package iam

import (
	"errors"
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
)

// wholePolicy ends the id of an allow policy, which the object itself does not have.
const wholePolicy = "/iamPolicy"

// idOf is the id of what a resource manages, which is an import id too. resource is the full name of the object.
func (k kind) idOf(resource string, g allowpolicy.Grant) string {
	if k.sort == policies {
		return resource + wholePolicy
	}
	parts := []string{resource, g.Role}
	if k.sort == members {
		parts = append(parts, g.Member)
	}
	if c := g.Condition.String(); c != "" {
		parts = append(parts, c)
	}
	return strings.Join(parts, " ")
}

// imported is an import id that was read.
type imported struct {
	resource, project string
	role, member      string
	// condition is the title of a condition or the whole of it as JSON, "" for none.
	condition string
}

// form is how an import id is written.
func (k kind) form() (form string, words, atLeast int) {
	switch k.sort {
	case members:
		return "OBJECT ROLE MEMBER [CONDITION_TITLE]", 4, 3
	case bindings:
		return "OBJECT ROLE [CONDITION_TITLE]", 3, 2
	case policies:
	}
	return "OBJECT", 1, 1
}

// parse reads an import id. Titles have spaces, so a condition is the rest. project is the provider's.
func (k kind) parse(id, project string) (imported, error) {
	form, words, atLeast := k.form()
	parts := strings.SplitN(id, " ", words)
	if len(parts) < atLeast {
		return imported{}, fmt.Errorf("%q is not an import id: want %q, such as %q", id, form, k.example())
	}
	resource, inProject, err := k.object.parse(strings.TrimSuffix(parts[0], wholePolicy), project)
	err = errors.Join(err, refuseNumber(resource, inProject))
	read := imported{resource: resource, project: inProject}
	parts = append(parts, "", "", "")
	switch k.sort {
	case members:
		read.role, read.member, read.condition = parts[1], parts[2], parts[3]
	case bindings:
		read.role, read.condition = parts[1], parts[2]
	case policies:
	}
	return read, err
}

// example is an import id.
func (k kind) example() string {
	resource := map[*object]string{ofAttestor: "projects/p/attestors/a", ofNote: "projects/p/notes/n", ofPolicy: "projects/p/policy"}[k.object]
	role := map[*object]string{
		ofAttestor: "roles/binaryauthorization.attestorsViewer", ofNote: "roles/containeranalysis.notes.attacher", ofPolicy: "roles/binaryauthorization.policyViewer",
	}[k.object]
	switch k.sort {
	case members:
		return resource + " " + role + " user:jane@example.com"
	case bindings:
		return resource + " " + role
	case policies:
	}
	return resource
}
