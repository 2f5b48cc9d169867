package iam

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// object is a kind of object with an allow policy.
type object struct {
	// noun is the prefix of its resources, and the name of the attribute for the object (unless
	// byProject).
	noun string
	// words name it in a sentence: "the attestor".
	words string
	// byProject: a project has exactly one, so no attribute names it.
	byProject bool
	// conditional: its policy accepts conditions.
	// Source: https://cloud.google.com/iam/docs/resource-types-with-conditional-roles.
	conditional bool
	// parse reads a full name, or a short name in project.
	parse func(name, project string) (full, inProject string, err error)
	// reference documents the attribute.
	reference string
	// role and permissions are needed by the resources.
	role, permissions string
	// lists names the permission to find the objects of a project, or is empty.
	lists string
	// example is the full name of an object, grants a typical role on it.
	example, grants string
}

// locate is parse for names written by users. It refuses project numbers: the service treats number
// and id as one project, Terraform as two.
func (o *object) locate(name, project string) (full, inProject string, err error) {
	full, inProject, err = o.parse(name, project)
	if err == nil && resname.IsProjectNumber(inProject) {
		err = fmt.Errorf("%q names its project by number. Use the project id", full)
	}
	return full, inProject, err
}

// reads is the permission that a read needs, of those of the resources.
func (o *object) reads() string {
	first, _, _ := strings.Cut(o.permissions, " and ")
	return first
}

var (
	ofAttestor = &object{
		noun: "attestor", words: "the attestor", conditional: true,
		parse: func(name, project string) (string, string, error) {
			n, err := resname.ParseAttestor(name, project)
			return n.String(), n.Project, err
		},
		reference: "The attestor: full name `projects/{project}/attestors/{attestor}`, or the short name of one in " +
			"`project`. Refer to `binauthz_attestor.….id`.",
		role: "roles/binaryauthorization.attestorsAdmin", permissions: "`binaryauthorization.attestors.getIamPolicy` and `.setIamPolicy`",
		lists:   " Without `attestor` also `binaryauthorization.attestors.list` (role `roles/binaryauthorization.attestorsViewer`).",
		example: "projects/p/attestors/a", grants: "roles/binaryauthorization.attestorsViewer",
	}
	ofPolicy = &object{
		noun: "policy", words: "the project's policy", byProject: true, conditional: true,
		parse: func(name, project string) (string, string, error) {
			if name == "" {
				name = project
			}
			n, err := resname.ParsePolicy(name)
			return n.String(), n.Project, err
		},
		role: "roles/binaryauthorization.policyAdmin", permissions: "`binaryauthorization.policy.getIamPolicy` and `.setIamPolicy`",
		example: "projects/p/policy", grants: "roles/binaryauthorization.policyViewer",
	}
	ofNote = &object{
		noun: "note", words: "the note",
		parse: func(name, project string) (string, string, error) {
			n, err := resname.ParseNote(name, project)
			return n.String(), n.Project, err
		},
		reference: "The note: full name `projects/{project}/notes/{note}`, or the short name of one in `project`. Refer " +
			"to `binauthz_note.….id`.",
		role: "roles/containeranalysis.admin", permissions: "`containeranalysis.notes.getIamPolicy` and `.setIamPolicy`",
		lists:   " Without `note` also `containeranalysis.notes.list` (role `roles/containeranalysis.notes.viewer`).",
		example: "projects/p/notes/n", grants: "roles/containeranalysis.notes.attacher",
	}
)
