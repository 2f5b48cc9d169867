package cluster

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// target is the setting to write so that a cluster evaluates mode. An update replaces the whole setting, so bindings that
// are there go along with it; where the mode has no room for them the change is refused.
func target(now gcp.Setting, mode string) (gcp.Setting, error) {
	want := gcp.Setting{Mode: mode, Bindings: now.Bindings}
	switch {
	case now.UsesBindings() && len(now.Bindings) > 0 && !want.UsesBindings():
		return now, atMode(fmt.Errorf("the cluster evaluates %s with %d policy bindings that %s would lose. "+
			"To keep them, set evaluation_mode to %q; to give them up, remove them first: gcloud beta container clusters update --binauthz-evaluation-mode=%s",
			now.Mode, len(now.Bindings), mode, now.WithProjectPolicy(want.UsesProjectPolicy()).Mode, mode))
	case want.UsesBindings() && len(now.Bindings) == 0:
		return now, atMode(fmt.Errorf("the mode %s needs policy bindings, and the cluster has none. "+
			"Bind a policy first: gcloud beta container clusters update --binauthz-evaluation-mode=%s --binauthz-policy-bindings=name=POLICY", mode, mode))
	}
	return want, nil
}

// refused is the summary of a change to mode that target does not make.
func refused(mode string) string {
	if (gcp.Setting{Mode: mode}).UsesBindings() {
		return "Policy bindings are missing"
	}
	return "Policy bindings would be lost"
}

func atMode(err error) error {
	return &lifecycle.AttributeError{Path: path.Root("evaluation_mode"), Err: err}
}

// afterDelete is the setting that a destroy leaves. Bindings are somebody else's, so only the project's policy is switched.
func afterDelete(now, before gcp.Setting, policy string) gcp.Setting {
	switch policy {
	case deletionAbandon:
		return now
	case deletionDisable:
		return now.WithProjectPolicy(false)
	default:
		return now.WithProjectPolicy(before.UsesProjectPolicy())
	}
}
