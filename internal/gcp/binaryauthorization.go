package gcp

import (
	"slices"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// The values of a cluster's evaluation mode. The two with bindings exist only in GKE's v1beta1 REST API.
const (
	ModeDisabled                 = "DISABLED"
	ModeProjectPolicy            = "PROJECT_SINGLETON_POLICY_ENFORCE"
	ModeBindings                 = "POLICY_BINDINGS"
	ModeBindingsAndProjectPolicy = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
)

// Setting is a cluster's Binary Authorization setting as a whole: an update replaces all of it.
type Setting struct {
	// Mode is never empty: a cluster without the block, with an empty one, or with an unspecified mode is ModeDisabled.
	Mode string
	// Bindings are names of platform policies, "projects/{number or id}/platforms/gke/policies/{policy}", sorted.
	Bindings []string
}

// Equal compares settings; a project's number and id in a binding are the same to GKE, so they are here.
func (s Setting) Equal(o Setting) bool {
	return s.Mode == o.Mode && len(s.Bindings) == len(o.Bindings) && !slices.ContainsFunc(s.Bindings, func(b string) bool {
		return !slices.ContainsFunc(o.Bindings, func(other string) bool { return sameBinding(b, other) })
	})
}

func sameBinding(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := resname.ParsePlatformPolicy(a)
	y, errY := resname.ParsePlatformPolicy(b)
	return errX == nil && errY == nil && x.EqualExceptProject(y) && resname.IsProjectNumber(x.Project) != resname.IsProjectNumber(y.Project)
}

// UsesProjectPolicy reports whether the project's policy decides what the cluster admits.
func (s Setting) UsesProjectPolicy() bool {
	return s.Mode == ModeProjectPolicy || s.Mode == ModeBindingsAndProjectPolicy
}

// UsesBindings reports whether the mode evaluates the bound platform policies.
func (s Setting) UsesBindings() bool {
	return s.Mode == ModeBindings || s.Mode == ModeBindingsAndProjectPolicy
}

// Enforces reports whether the setting can keep an image from running. Bindings alone only audit (continuous validation).
func (s Setting) Enforces() bool { return s.UsesProjectPolicy() }

// WithProjectPolicy is the setting with the project's policy switched on or off and everything else kept.
func (s Setting) WithProjectPolicy(on bool) Setting {
	switch {
	case s.UsesBindings() && on:
		return Setting{ModeBindingsAndProjectPolicy, s.Bindings}
	case s.UsesBindings():
		return Setting{ModeBindings, s.Bindings}
	case on:
		return Setting{Mode: ModeProjectPolicy}
	default:
		return Setting{Mode: ModeDisabled}
	}
}

// BoundTo reports whether a platform policy is bound to the cluster, whichever way its project is written.
func (s Setting) BoundTo(policy resname.PlatformPolicy) bool {
	return slices.ContainsFunc(s.Bindings, func(b string) bool { return sameBinding(b, policy.String()) })
}
