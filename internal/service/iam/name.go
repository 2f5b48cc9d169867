package iam

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
)

// wholePolicy is the suffix in the id of an allow policy, to distinguish it from its object.
const wholePolicy = "/iamPolicy"

// idOf returns the id, also used for imports. resource is the full name of the object.
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

// imported is a parsed import id.
type imported struct {
	resource, project string
	role, member      string
	// condition is the title of a condition, or the whole condition as JSON, or "" for none.
	condition string
}

// form describes the import id.
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

// parse parses an import id. The condition comes last, because titles contain spaces. project is
// the provider's.
func (k kind) parse(id, project string) (imported, error) {
	form, words, atLeast := k.form()
	parts := strings.SplitN(id, " ", words)
	if len(parts) < atLeast {
		return imported{}, fmt.Errorf("%q is not an import id: want %q, such as %q", id, form, k.example())
	}
	resource, inProject, err := k.object.locate(strings.TrimSuffix(parts[0], wholePolicy), project)
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

// example returns an example of an import id.
func (k kind) example() string {
	return strings.TrimSuffix(k.idOf(k.object.example, allowpolicy.Grant{
		Binding: allowpolicy.Binding{Role: k.object.grants}, Member: "user:jane@example.com",
	}), wholePolicy)
}
