package cluster

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// wish is what a configuration says of a cluster.
type wish struct {
	mode string
	// lists says that bindings are all that the cluster is to have. Otherwise they are somebody else's, and stay.
	lists    bool
	bindings []string
}

func (w wish) enforces() bool { return gcp.Setting{Mode: w.mode}.UsesProjectPolicy() }

// binds reports whether the mode is one that evaluates bindings.
func (w wish) binds() bool { return gcp.Setting{Mode: w.mode}.UsesBindings() }

// target is the setting to write. An update replaces the whole setting, so bindings that are there go along with it.
func (w wish) target(now gcp.Setting) gcp.Setting {
	if w.lists {
		return gcp.NewSetting(w.enforces(), w.bindings)
	}
	return now.WithProjectPolicy(w.enforces())
}

// lost says why the mode cannot be asked for although target keeps the bindings: whoever writes it means a cluster that evaluates none.
func (w wish) lost(now gcp.Setting) error {
	if w.lists || w.binds() || len(now.Bindings) == 0 {
		return nil
	}
	return fmt.Errorf("the cluster evaluates %s with %d policy bindings that %s would lose:\n  %s\n"+
		"To keep them, set evaluation_mode to %q. To give them up, set policy_bindings = []", now.Mode, len(now.Bindings), w.mode,
		strings.Join(now.Bindings, "\n  "), now.WithProjectPolicy(w.enforces()).Mode)
}

// unseen is the error of a list that would take away what somebody has bound since the plan was made. saw is what the plan has seen.
func (w wish) unseen(name string, now, saw gcp.Setting) error {
	came := gcp.Unbound(gcp.Unbound(now.Bindings, w.bindings), saw.Bindings)
	if !w.lists || len(came) == 0 {
		return nil
	}
	return &gcp.Error{
		Kind: gcp.KindConflict, Method: "UpdateCluster", Resource: name,
		Message: "since the plan was made, somebody has bound " + strings.Join(came, ", ") + ", which policy_bindings does not have; " +
			"nothing was written",
		Remedy: "Make a new plan, look at what it would change, and apply that.",
	}
}

// end is what a destroy knows.
type end struct {
	policy string
	// lists says that the bindings of saw are this resource's.
	lists bool
	// saw is what the state has, before what was there before the resource.
	saw, before gcp.Setting
}

// after is the setting that a destroy leaves. Bindings that this resource does not decide on, and those that came since the plan, stay.
func (e end) after(now gcp.Setting) gcp.Setting {
	restores := e.policy == deletionRestore
	switch {
	case e.policy == deletionAbandon:
		return now
	case !e.lists:
		return now.WithProjectPolicy(restores && e.before.UsesProjectPolicy())
	}
	bindings := gcp.Unbound(now.Bindings, e.saw.Bindings)
	if restores {
		bindings = append(bindings, gcp.Unbound(e.before.Bindings, bindings)...)
	}
	return gcp.NewSetting(restores && e.before.UsesProjectPolicy(), bindings)
}
