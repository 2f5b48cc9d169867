package iam

import (
	"fmt"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// object is a kind of object that has an allow policy.
type object struct {
	// noun is what its resources begin with, and the attribute that names it unless its project does.
	noun string
	// words name it in a sentence: "the attestor".
	words string
	// byProject says that a project has one, so that no attribute names it.
	byProject bool
	// conditional says that its policy takes conditions.
	// Source: https://cloud.google.com/iam/docs/resource-types-with-conditional-roles.
	conditional bool
	// parse reads a full or a short name; the latter is in project.
	parse func(name, project string) (full, inProject string, err error)
	// reference documents the attribute.
	reference string
	// role grants what the resources need, permissions is what that is called.
	role, permissions string
	// example is the full name of an object, grants a role that is given on such objects.
	example, grants string
}

// locate is parse for what a user writes. A project's number and its id are one project to the service, and two to Terraform.
func (o *object) locate(name, project string) (full, inProject string, err error) {
	full, inProject, err = o.parse(name, project)
	if err == nil && resname.IsProjectNumber(inProject) {
		err = fmt.Errorf("%q names its project by number. Give it by id", full)
	}
	return full, inProject, err
}

var (
	ofAttestor = &object{
		noun: "attestor", words: "the attestor", conditional: true,
		parse: func(name, project string) (string, string, error) {
			n, err := resname.ParseAttestor(name, project)
			return n.String(), n.Project, err
		},
		reference: "The attestor: full name `projects/{project}/attestors/{attestor}`, or the short name of one in `project`. Refer to `binauthz_attestor.….id`.",
		role:      "roles/binaryauthorization.attestorsAdmin", permissions: "`binaryauthorization.attestors.getIamPolicy` and `.setIamPolicy`",
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
		reference: "The note: full name `projects/{project}/notes/{note}`, or the short name of one in `project`. Refer to `binauthz_note.….id`.",
		role:      "roles/containeranalysis.admin", permissions: "`containeranalysis.notes.getIamPolicy` and `.setIamPolicy`",
		example: "projects/p/notes/n", grants: "roles/containeranalysis.notes.attacher",
	}
)
