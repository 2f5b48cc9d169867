package resname

import "fmt"

// Attestor names a Binary Authorization attestor.
type Attestor struct{ Project, ID string }

// ParseAttestor reads "projects/{project}/attestors/{attestor}", "{project}/{attestor}" or
// "{attestor}"; the last in project.
func ParseAttestor(name, project string) (Attestor, error) {
	v, err := parse("an attestor", name, "projects/{project}/attestors/{attestor}", "{project}/{attestor}", "{attestor}")
	if err != nil {
		return Attestor{}, err
	}
	if v, err = withProject("the attestor", name, project, v, 2); err != nil {
		return Attestor{}, err
	}
	return Attestor{v[0], v[1]}, nil
}

func (a Attestor) String() string { return "projects/" + a.Project + "/attestors/" + a.ID }

// Parent is the attestor's project in the form of list calls.
func (a Attestor) Parent() string { return "projects/" + a.Project }

// Note names a Container Analysis note.
type Note struct{ Project, ID string }

// ParseNote reads "projects/{project}/notes/{note}", "{project}/{note}" or "{note}"; the last in
// project.
func ParseNote(name, project string) (Note, error) {
	v, err := parse("a note", name, "projects/{project}/notes/{note}", "{project}/{note}", "{note}")
	if err != nil {
		return Note{}, err
	}
	if v, err = withProject("the note", name, project, v, 2); err != nil {
		return Note{}, err
	}
	return Note{v[0], v[1]}, nil
}

func (n Note) String() string { return "projects/" + n.Project + "/notes/" + n.ID }

// Parent is the note's project in the form of list calls.
func (n Note) Parent() string { return "projects/" + n.Project }

// Policy names the one policy of a project.
type Policy struct{ Project string }

// ParsePolicy reads "projects/{project}/policy", "projects/{project}" or "{project}".
func ParsePolicy(name string) (Policy, error) {
	v, err := parse("a policy", name, "projects/{project}/policy", "projects/{project}", "{project}")
	if err != nil {
		return Policy{}, err
	}
	return Policy{v[0]}, nil
}

func (p Policy) String() string { return "projects/" + p.Project + "/policy" }

// PlatformPolicy names a check-based platform policy.
type PlatformPolicy struct{ Project, Platform, ID string }

// ParsePlatformPolicy reads "projects/{project}/platforms/{platform}/policies/{policy}".
func ParsePlatformPolicy(name string) (PlatformPolicy, error) {
	v, err := parse("a platform policy", name, "projects/{project}/platforms/{platform}/policies/{policy}")
	if err != nil {
		return PlatformPolicy{}, err
	}
	return PlatformPolicy{v[0], v[1], v[2]}, nil
}

// PlatformGKE is the only platform with a public policy format.
const PlatformGKE = "gke"

// ParseGKEPolicy reads "projects/{project}/platforms/gke/policies/{policy}",
// "{project}/gke/{policy}", "{project}/{policy}", "gke/{policy}" or "{policy}"; the last two in
// project. No project has the id "gke": ids have six characters at least.
func ParseGKEPolicy(name, project string) (PlatformPolicy, error) {
	const kind = "a GKE platform policy"
	v, err := parse(kind, name, "projects/{project}/platforms/gke/policies/{policy}",
		"{project}/gke/{policy}", "gke/{policy}", "{project}/{policy}", "{policy}")
	if err != nil {
		return PlatformPolicy{}, err
	}
	if v, err = withProject("the platform policy", name, project, v, 2); err != nil {
		return PlatformPolicy{}, err
	}
	return PlatformPolicy{v[0], PlatformGKE, v[1]}, nil
}

// Parent is the policy's platform in the form of list calls.
func (p PlatformPolicy) Parent() string { return "projects/" + p.Project + "/platforms/" + p.Platform }

func (p PlatformPolicy) String() string {
	return "projects/" + p.Project + "/platforms/" + p.Platform + "/policies/" + p.ID
}

// EqualExceptProject reports whether two names are equal apart from the spelling of the project.
// Google documents policy bindings with project numbers; configurations use ids. So the two forms
// must compare.
func (p PlatformPolicy) EqualExceptProject(o PlatformPolicy) bool {
	return p.Platform == o.Platform && p.ID == o.ID
}

// Occurrence names a Container Analysis occurrence; the service chooses the id.
type Occurrence struct{ Project, ID string }

// ParseOccurrence reads "projects/{project}/occurrences/{occurrence}", "{project}/{occurrence}" or
// "{occurrence}"; the last in project.
func ParseOccurrence(name, project string) (Occurrence, error) {
	v, err := parse("an occurrence", name, "projects/{project}/occurrences/{occurrence}", "{project}/{occurrence}", "{occurrence}")
	if err != nil {
		return Occurrence{}, err
	}
	if v, err = withProject("the occurrence", name, project, v, 2); err != nil {
		return Occurrence{}, err
	}
	return Occurrence{v[0], v[1]}, nil
}

func (o Occurrence) String() string { return "projects/" + o.Project + "/occurrences/" + o.ID }

// boundID is the form of a platform policy id that gcloud accepts for a cluster's bindings.
var boundID = form(`^[a-zA-Z0-9_-]+$`)

// ParseBoundPolicy reads the name of a platform policy in a cluster's bindings: only the full name,
// and only the platform gke.
func ParseBoundPolicy(name string) (PlatformPolicy, error) {
	p, err := ParsePlatformPolicy(name)
	switch {
	case err != nil:
		return p, err
	case p.String() != name || p.Platform != "gke" || !boundID().MatchString(p.ID):
		return p, fmt.Errorf("%q is not the name of a platform policy for cluster bindings: want "+
			"projects/{project}/platforms/gke/policies/{policy}", name)
	}
	return p, nil
}
