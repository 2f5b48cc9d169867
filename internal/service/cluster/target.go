package cluster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// wish is the setting wanted by a configuration.
type wish struct {
	mode string
	// lists: bindings is the complete list. Otherwise others own the bindings, and they stay.
	lists    bool
	bindings []string
	// known are the bindings in the state.
	known []string
}

func (w wish) enforces() bool { return gcp.Setting{Mode: w.mode}.UsesProjectPolicy() }

// binds reports whether the mode evaluates bindings.
func (w wish) binds() bool { return gcp.Setting{Mode: w.mode}.UsesBindings() }

// target returns the setting to write. An update replaces the whole setting, so it includes
// existing bindings.
func (w wish) target(now gcp.Setting) gcp.Setting {
	if w.lists {
		return gcp.NewSetting(w.enforces(), w.spelled(now.Bindings))
	}
	return now.WithProjectPolicy(w.enforces())
}

// spelled returns the listed bindings, each with its name on the cluster. The state shows which
// project ids and numbers belong together.
func (w wish) spelled(now []string) []string {
	known := gcp.KeepSpelling(w.known, now)
	all := gcp.KeepSpelling(known, w.bindings)
	for i, name := range all {
		if at := slices.Index(known, name); at >= 0 {
			all[i] = now[at]
		}
	}
	return all
}

// lost refuses a mode without bindings on a cluster with bindings, although target would keep them:
// the user expects a cluster without bindings.
func (w wish) lost(now gcp.Setting) error {
	if w.lists || w.binds() || len(now.Bindings) == 0 {
		return nil
	}
	return fmt.Errorf("the cluster evaluates %s with %d policy bindings, and %s has none. It would lose:\n  %s\nTo "+
		"keep them, set evaluation_mode to %q. To remove them, set policy_bindings = []", now.Mode, len(now.Bindings), w.mode,
		strings.Join(now.Bindings, "\n  "), now.WithProjectPolicy(w.enforces()).Mode)
}

// loses returns the bindings that the list removes.
func (w wish) loses(now gcp.Setting) []string {
	if !w.lists {
		return nil
	}
	return gcp.Unbound(now.Bindings, w.bindings)
}

// unseen is the error if the list removes other bindings than the planned ones.
func (w wish) unseen(name string, now gcp.Setting, planned []string) error {
	came := gcp.Unbound(w.loses(now), planned)
	if len(came) == 0 {
		return nil
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdateCluster", Resource: name,
		Message: "these bindings were made since the plan, or the plan could not read the cluster: " + strings.Join(came, ", ") +
			". policy_bindings does not list them, and nothing was written",
		Remedy: "Make a new plan, review it, and apply it.",
	}
}

// stale is the error of an update that would change the use of the project's policy, although the
// plan shows no such change: others have changed it since.
func (w wish) stale(name string, now gcp.Setting, prior *model) error {
	if prior == nil || now.UsesProjectPolicy() == w.enforces() || prior.setting().UsesProjectPolicy() != w.enforces() {
		return nil
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdateCluster", Resource: name,
		Message: fmt.Sprintf("the cluster has changed to %s since the plan, and the plan shows no change of the mode %s. Nothing was "+
			"written", now.Mode, prior.setting().Mode),
		Remedy: "Make a new plan, review it, and apply it.",
	}
}

// end holds the inputs of a destroy.
type end struct {
	policy string
	// lists: the applied configuration lists the bindings, in owned.
	lists bool
	owned []string
	// saw is the setting in the state, before the one from before the resource.
	saw, before gcp.Setting
}

// after returns the setting left by a destroy. Bindings that were not listed, or that were added
// after the plan, stay.
func (e end) after(now gcp.Setting) (gcp.Setting, error) {
	restores := e.policy == deletionRestore
	switch {
	case e.policy == deletionAbandon:
		return now, nil
	case !e.lists:
		return now.WithProjectPolicy(restores && e.before.UsesProjectPolicy()), nil
	}
	goes := shared(e.owned, e.saw.Bindings)
	bindings := gcp.Unbound(now.Bindings, goes)
	if len(now.Bindings)-len(bindings) < len(shared(goes, now.Bindings)) {
		return now, fmt.Errorf("the cluster has several bindings that can be a listed one: %s. Project ids and numbers cannot be "+
			"compared, and nothing was changed. Write policy_bindings as the cluster shows them, with project numbers, and apply "+
			"this first", strings.Join(bindings, ", "))
	}
	if restores {
		bindings = append(bindings, gcp.Unbound(e.before.Bindings, bindings)...)
	}
	return gcp.NewSetting(restores && e.before.UsesProjectPolicy(), bindings), nil
}

// shared returns the names of a that are in b too.
func shared(a, b []string) []string {
	missing := gcp.Unbound(a, b)
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return slices.Contains(missing, name) })
}
