package gcp

import (
	"slices"
	"strings"
)

// The values of a cluster's evaluation mode. The two with bindings exist only in GKE's v1beta1 REST
// API.
const (
	ModeDisabled                 = "DISABLED"
	ModeProjectPolicy            = "PROJECT_SINGLETON_POLICY_ENFORCE"
	ModeBindings                 = "POLICY_BINDINGS"
	ModeBindingsAndProjectPolicy = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
)

// MostBindings is the maximum number of platform policies bound to a cluster:
// https://cloud.google.com/binary-authorization/quotas.
const MostBindings = 10

// Setting is a cluster's Binary Authorization setting as a whole: an update replaces all of it.
type Setting struct {
	// Mode is never empty: an absent or empty block and an unspecified mode become ModeDisabled.
	Mode string
	// Bindings are sorted names of platform policies: "projects/{number or
	// id}/platforms/gke/policies/{policy}".
	Bindings []string
	// released has the name on the cluster of each removed binding, by the name given to Without.
	released map[string]string
}

// NewSetting is a setting with or without the project's policy, and with the given bindings.
func NewSetting(projectPolicy bool, bindings []string) Setting {
	bindings = slices.Sorted(slices.Values(bindings))
	switch {
	case len(bindings) > 0 && projectPolicy:
		return Setting{Mode: ModeBindingsAndProjectPolicy, Bindings: bindings}
	case len(bindings) > 0:
		return Setting{Mode: ModeBindings, Bindings: bindings}
	case projectPolicy:
		return Setting{Mode: ModeProjectPolicy}
	}
	return Setting{Mode: ModeDisabled}
}

// Equal compares settings. Bindings with the number and with the id of a project can be equal.
func (s Setting) Equal(o Setting) bool {
	return s.Mode == o.Mode && SameBindings(s.Bindings, o.Bindings)
}

// identical compares settings without the doubt about project ids and numbers.
func (s Setting) identical(o Setting) bool {
	return s.Mode == o.Mode && slices.Equal(s.Bindings, o.Bindings)
}

// String is the setting as a message has it.
func (s Setting) String() string {
	if len(s.Bindings) == 0 {
		return s.Mode
	}
	return s.Mode + " with " + strings.Join(s.Bindings, ", ")
}

// UsesProjectPolicy reports whether the cluster evaluates the project's policy.
func (s Setting) UsesProjectPolicy() bool {
	return s.Mode == ModeProjectPolicy || s.Mode == ModeBindingsAndProjectPolicy
}

// UsesBindings reports whether the mode evaluates the bound platform policies.
func (s Setting) UsesBindings() bool {
	return s.Mode == ModeBindings || s.Mode == ModeBindingsAndProjectPolicy
}

// Enforces reports whether the setting can block an image. Bindings alone only audit (continuous
// validation).
func (s Setting) Enforces() bool { return s.UsesProjectPolicy() }

// WithProjectPolicy switches the project's policy on or off and keeps the bindings.
func (s Setting) WithProjectPolicy(on bool) Setting {
	next := Setting{Mode: ModeDisabled, released: s.released}
	switch {
	case s.UsesBindings() && on:
		next.Mode, next.Bindings = ModeBindingsAndProjectPolicy, s.Bindings
	case s.UsesBindings():
		next.Mode, next.Bindings = ModeBindings, s.Bindings
	case on:
		next.Mode = ModeProjectPolicy
	}
	return next
}
