package cluster

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is the Binary Authorization setting of one cluster in the state.
type model struct {
	ID             types.String   `tfsdk:"id"`
	Cluster        types.String   `tfsdk:"cluster"`
	EvaluationMode types.String   `tfsdk:"evaluation_mode"`
	PolicyBindings types.Set      `tfsdk:"policy_bindings"`
	DeletionPolicy types.String   `tfsdk:"deletion_policy"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// name is the cluster's full name: the id where there is one, else what the user wrote.
func (m *model) name(project string) (resname.Cluster, error) {
	if m.ID.ValueString() != "" {
		return resname.ParseCluster(m.ID.ValueString(), "")
	}
	return resname.ParseCluster(m.Cluster.ValueString(), project)
}

// setting is what the state says the cluster has. The mode in the state says only whether the project's policy is evaluated, because
// others may bind and unbind policies beside it.
func (m *model) setting() gcp.Setting {
	return gcp.NewSetting(gcp.Setting{Mode: m.EvaluationMode.ValueString()}.UsesProjectPolicy(), names(m.PolicyBindings))
}

// wish is what a plan says. What it does not list is not known before the apply.
func (m *model) wish() wish {
	return wish{mode: m.EvaluationMode.ValueString(), lists: !m.PolicyBindings.IsUnknown(), bindings: names(m.PolicyBindings)}
}

// names are the elements of a set that are known.
func names(set types.Set) (all []string) {
	for _, e := range set.Elements() {
		if text, ok := e.(types.String); ok && !text.IsUnknown() {
			all = append(all, text.ValueString())
		}
	}
	return all
}

// fromAPI brings the model to the setting that the cluster has.
func (m *model) fromAPI(ctx context.Context, name resname.Cluster, setting gcp.Setting) {
	m.ID = types.StringValue(name.String())
	if written, err := resname.ParseCluster(m.Cluster.ValueString(), name.Project); err != nil || written != name {
		m.Cluster = types.StringValue(name.String())
	}
	m.EvaluationMode = types.StringValue(spelled(m.EvaluationMode.ValueString(), setting))
	if m.PolicyBindings.IsUnknown() || m.PolicyBindings.IsNull() || !gcp.SameBindings(names(m.PolicyBindings), setting.Bindings) {
		m.PolicyBindings = bindings(ctx, keepSpelling(names(m.PolicyBindings), setting.Bindings))
	}
	if m.DeletionPolicy.IsNull() {
		m.DeletionPolicy = types.StringValue(deletionRestore)
	}
}

// spelled is the mode as the model has it, but for whether the project's policy is evaluated: which policies are bound is what
// policy_bindings says.
func spelled(known string, setting gcp.Setting) string {
	if known == "" {
		return setting.Mode
	}
	return gcp.Setting{Mode: known}.WithProjectPolicy(setting.UsesProjectPolicy()).Mode
}

// keepSpelling has the names that are there, each as it is known.
func keepSpelling(known, now []string) []string {
	all := slices.Clone(now)
	for i, name := range all {
		if j := slices.IndexFunc(known, func(k string) bool { return gcp.SameBinding(k, name) }); j >= 0 {
			all[i] = known[j]
		}
	}
	return all
}

func bindings(ctx context.Context, names []string) types.Set {
	// As Terraform sorts a set.
	set, _ := types.SetValueFrom(ctx, types.StringType, append([]string{}, slices.Sorted(slices.Values(names))...))
	return set
}
