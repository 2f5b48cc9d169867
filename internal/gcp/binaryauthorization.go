package gcp

import (
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// The values of a cluster's evaluation mode. The two with bindings exist only in GKE's v1beta1 REST API.
const (
	ModeDisabled                 = "DISABLED"
	ModeProjectPolicy            = "PROJECT_SINGLETON_POLICY_ENFORCE"
	ModeBindings                 = "POLICY_BINDINGS"
	ModeBindingsAndProjectPolicy = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
)

// MostBindings is how many platform policies a cluster can be bound to: https://cloud.google.com/binary-authorization/quotas.
const MostBindings = 10

// Setting is a cluster's Binary Authorization setting as a whole: an update replaces all of it.
type Setting struct {
	// Mode is never empty: a cluster without the block, with an empty one, or with an unspecified mode is ModeDisabled.
	Mode string
	// Bindings are names of platform policies, "projects/{number or id}/platforms/gke/policies/{policy}", sorted.
	Bindings []string
}

// NewSetting is the setting that evaluates the project's policy or not, and the bound platform policies if there are any.
func NewSetting(projectPolicy bool, bindings []string) Setting {
	bindings = slices.Sorted(slices.Values(bindings))
	switch {
	case len(bindings) > 0 && projectPolicy:
		return Setting{ModeBindingsAndProjectPolicy, bindings}
	case len(bindings) > 0:
		return Setting{ModeBindings, bindings}
	case projectPolicy:
		return Setting{Mode: ModeProjectPolicy}
	}
	return Setting{Mode: ModeDisabled}
}

// Equal compares settings; a project's number and id in a binding are the same to GKE, so they are here.
func (s Setting) Equal(o Setting) bool {
	return s.Mode == o.Mode && SameBindings(s.Bindings, o.Bindings)
}

// SameBindings compares lists of names, in any order.
func SameBindings(a, b []string) bool {
	return len(a) == len(b) && len(Unbound(a, b)) == 0
}

// Unbound are the bindings of before that are not among those of after.
func Unbound(before, after []string) (names []string) {
	for _, b := range before {
		if !slices.ContainsFunc(after, func(other string) bool { return SameBinding(b, other) }) {
			names = append(names, b)
		}
	}
	return names
}

// Binds reports whether a platform policy is bound, by its name with the project's id or number.
func (s Setting) Binds(policy string) bool { return len(Unbound([]string{policy}, s.Bindings)) == 0 }

// With is the setting with a platform policy bound, and everything else kept.
func (s Setting) With(policy string) Setting {
	return NewSetting(s.UsesProjectPolicy(), append(slices.Clone(s.Bindings), policy))
}

// Without is the setting without the bindings of some platform policies, and everything else kept.
func (s Setting) Without(policies ...string) Setting {
	return NewSetting(s.UsesProjectPolicy(), Unbound(s.Bindings, policies))
}

// SameBinding compares the names of two platform policies. One may have the project's id and the other its number.
func SameBinding(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := resname.ParsePlatformPolicy(a)
	y, errY := resname.ParsePlatformPolicy(b)
	return errX == nil && errY == nil && x.EqualExceptProject(y) && resname.IsProjectNumber(x.Project) != resname.IsProjectNumber(y.Project)
}

// String is the setting as a message has it.
func (s Setting) String() string {
	if len(s.Bindings) == 0 {
		return s.Mode
	}
	return s.Mode + " with " + strings.Join(s.Bindings, ", ")
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
