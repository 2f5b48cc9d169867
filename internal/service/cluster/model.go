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

// setting is what the state says the cluster has.
func (m *model) setting(ctx context.Context) gcp.Setting {
	s := gcp.Setting{Mode: m.EvaluationMode.ValueString()}
	m.PolicyBindings.ElementsAs(ctx, &s.Bindings, false)
	return s
}

// fromAPI brings the model to the setting that the cluster has.
func (m *model) fromAPI(ctx context.Context, name resname.Cluster, setting gcp.Setting) {
	m.ID = types.StringValue(name.String())
	if written, err := resname.ParseCluster(m.Cluster.ValueString(), name.Project); err != nil || written != name {
		m.Cluster = types.StringValue(name.String())
	}
	m.EvaluationMode = types.StringValue(setting.Mode)
	if known := m.setting(ctx); m.PolicyBindings.IsUnknown() || m.PolicyBindings.IsNull() || !known.Equal(setting) {
		m.PolicyBindings = bindings(ctx, setting)
	}
	if m.DeletionPolicy.IsNull() {
		m.DeletionPolicy = types.StringValue(deletionRestore)
	}
}

func bindings(ctx context.Context, setting gcp.Setting) types.Set {
	set, _ := types.SetValueFrom(ctx, types.StringType, append([]string{}, slices.Sorted(slices.Values(setting.Bindings))...)) // as Terraform sorts a set
	return set
}
