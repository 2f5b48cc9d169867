package cluster

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// shown is a cluster in a data source.
type shown struct {
	ID             types.String `tfsdk:"id"`
	Project        types.String `tfsdk:"project"`
	Location       types.String `tfsdk:"location"`
	Name           types.String `tfsdk:"name"`
	Status         types.String `tfsdk:"status"`
	EvaluationMode types.String `tfsdk:"evaluation_mode"`
	PolicyBindings types.Set    `tfsdk:"policy_bindings"`
	Enforces       types.Bool   `tfsdk:"enforces"`
}

// oneModel is the data source of one cluster.
type oneModel struct {
	Cluster types.String `tfsdk:"cluster"`
	shown
}

func show(ctx context.Context, c *gcp.Cluster) shown {
	return shown{
		ID:             types.StringValue(c.Name.String()),
		Project:        types.StringValue(c.Name.Project),
		Location:       types.StringValue(c.Name.Location),
		Name:           types.StringValue(c.Name.ID),
		Status:         types.StringValue(c.Status),
		EvaluationMode: types.StringValue(c.Setting.Mode),
		PolicyBindings: bindings(ctx, c.Setting.Bindings),
		Enforces:       types.BoolValue(c.Setting.Enforces()),
	}
}

// NewDataSource makes the data source binauthz_cluster_settings.
func NewDataSource() datasource.DataSource {
	attributes := shownAttributes()
	attributes["cluster"] = schema.StringAttribute{
		Required: true,
		MarkdownDescription: "The cluster: `projects/{project}/locations/{location}/clusters/{cluster}`, its self " +
			"link, or `{location}/{cluster}` in the provider's project.",
	}
	return &lifecycle.DataSource[oneModel]{
		Noun: "cluster_settings",
		Describe: schema.Schema{
			MarkdownDescription: "The Binary Authorization setting of one GKE cluster.\n\nPermission: " +
				"`container.clusters.get` (role `roles/container.clusterViewer`).",
			Attributes: attributes,
		},
		Name:  func(m *oneModel) string { return "cluster " + m.Cluster.ValueString() },
		Fetch: fetchOne,
	}
}

func fetchOne(ctx context.Context, clients *gcp.Clients, m *oneModel, _ *diag.Diagnostics) error {
	name, err := resname.ParseCluster(m.Cluster.ValueString(), clients.Project())
	if err != nil {
		return &lifecycle.AttributeError{Path: path.Root("cluster"), Err: err}
	}
	cluster, err := clients.FreshCluster(ctx, name)
	if err != nil {
		return err
	}
	m.shown = show(ctx, cluster)
	return nil
}

func shownAttributes() map[string]schema.Attribute {
	computed := func(text string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: text}
	}
	return map[string]schema.Attribute{
		"id":       computed("Full name of the cluster."),
		"project":  computed("Id of the cluster's project."),
		"location": computed("Region or zone of the cluster."),
		"name":     computed("Short name of the cluster."),
		"status":   computed("GKE's status of the cluster, such as `RUNNING`."),
		"evaluation_mode": computed(
			"`DISABLED`, `PROJECT_SINGLETON_POLICY_ENFORCE`, `POLICY_BINDINGS` or " +
				"`POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE`."),
		"policy_bindings": schema.SetAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Names of the platform policies bound to the cluster.",
		},
		"enforces": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the cluster evaluates the project's policy, so that the policy can block " +
				"images. Bound platform policies only audit.",
		},
	}
}
