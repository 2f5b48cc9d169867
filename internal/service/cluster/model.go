package cluster

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// model is the state of the Binary Authorization setting of one cluster.
type model struct {
	ID             types.String   `tfsdk:"id"`
	Cluster        types.String   `tfsdk:"cluster"`
	EvaluationMode types.String   `tfsdk:"evaluation_mode"`
	PolicyBindings types.Set      `tfsdk:"policy_bindings"`
	DeletionPolicy types.String   `tfsdk:"deletion_policy"`
	TakesOver      types.String   `tfsdk:"takes_over"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// name returns the cluster's full name, from the id or else from the configured name.
func (m *model) name(project string) (resname.Cluster, error) {
	if m.ID.ValueString() != "" {
		return resname.ParseCluster(m.ID.ValueString(), "")
	}
	return resname.ParseCluster(m.Cluster.ValueString(), project)
}

// setting returns the cluster's setting in the state. Only the project policy part of the state's
// mode counts, because others may bind and unbind platform policies.
func (m *model) setting() gcp.Setting {
	return gcp.NewSetting(gcp.Setting{Mode: m.EvaluationMode.ValueString()}.UsesProjectPolicy(), names(m.PolicyBindings))
}

// wish returns the planned setting. Without a list, the bindings are unknown before the apply.
func (m *model) wish() wish {
	return wish{mode: m.EvaluationMode.ValueString(), lists: !m.PolicyBindings.IsUnknown(), bindings: names(m.PolicyBindings)}
}

// names returns the known elements of a set.
func names(set types.Set) (all []string) {
	for _, e := range set.Elements() {
		if text, ok := e.(types.String); ok && !text.IsUnknown() {
			all = append(all, text.ValueString())
		}
	}
	return all
}

// fromAPI sets the model to the cluster's setting.
func (m *model) fromAPI(ctx context.Context, name resname.Cluster, setting gcp.Setting) {
	m.ID = types.StringValue(name.String())
	if written, err := resname.ParseCluster(m.Cluster.ValueString(), name.Project); err != nil || written != name {
		m.Cluster = types.StringValue(name.String())
	}
	m.EvaluationMode = types.StringValue(spelled(m.EvaluationMode.ValueString(), setting))
	if m.PolicyBindings.IsUnknown() || m.PolicyBindings.IsNull() || !gcp.SameBindings(names(m.PolicyBindings), setting.Bindings) {
		m.PolicyBindings = bindings(ctx, gcp.KeepSpelling(names(m.PolicyBindings), setting.Bindings))
	}
	if m.DeletionPolicy.IsNull() {
		m.DeletionPolicy = types.StringValue(deletionRestore)
	}
}

// spelled returns the model's mode, adjusted to whether the cluster evaluates the project's policy.
// policy_bindings shows the bound policies.
func spelled(known string, setting gcp.Setting) string {
	if known == "" {
		return setting.Mode
	}
	return gcp.Setting{Mode: known}.WithProjectPolicy(setting.UsesProjectPolicy()).Mode
}

func bindings(ctx context.Context, names []string) types.Set {
	// Terraform sorts sets like this.
	set, _ := types.SetValueFrom(ctx, types.StringType, append([]string{}, slices.Sorted(slices.Values(names))...))
	return set
}
