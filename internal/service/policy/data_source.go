package policy

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// systemModel is Google's own policy at one location.
type systemModel struct {
	ID                         types.String `tfsdk:"id"`
	Location                   types.String `tfsdk:"location"`
	AdmissionWhitelistPatterns types.Set    `tfsdk:"admission_whitelist_patterns"`
	DefaultAdmissionRule       types.Object `tfsdk:"default_admission_rule"`
}

// NewDataSource makes the data source binauthz_policy.
func NewDataSource() datasource.DataSource {
	attributes := map[string]schema.Attribute{
		"id": computed("Full name of the policy: `projects/{project}/policy`."),
		"project": schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Id of the project. Absent or empty " +
			"means the provider's project."},
		"description": computed("Description of the policy."),
		"global_policy_evaluation_mode": computed("`ENABLE` or `DISABLE`: whether Google's system policy admits Google's own images. " +
			"Absent means `DISABLE`."),
		"etag": computed("Etag of the policy. Empty if the policy was never written."),
		"update_time": computed("Time of the last change of the policy, in RFC 3339. " +
			"Absent if the policy was never written."),
	}
	maps.Copy(attributes, shownRules())
	for kind, text := range map[string]string{
		"cluster_admission_rules":                    "Rules for single clusters.",
		"kubernetes_namespace_admission_rules":       "Rules for Kubernetes namespaces.",
		"kubernetes_service_account_admission_rules": "Rules for Kubernetes service accounts.",
		"istio_service_identity_admission_rules":     "Rules for Istio service identities.",
	} {
		attributes[kind] = schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: text,
			NestedObject:        schema.NestedAttributeObject{Attributes: rulevalue.Shown()},
		}
	}
	return &lifecycle.DataSource[content]{
		Noun: "policy",
		Describe: schema.Schema{
			MarkdownDescription: "The policy of a project.\n\nPermission: `binaryauthorization.policy.get` (role " +
				"`roles/binaryauthorization.policyViewer`).",
			Attributes: attributes,
		},
		Name: func(m *content) string { return "policy of project " + m.Project.ValueString() },
		Fetch: func(ctx context.Context, clients *gcp.Clients, m *content, diags *diag.Diagnostics) error {
			project, err := lifecycle.DefaultProject(clients, m.Project)
			if err != nil {
				return err
			}
			now, err := clients.FreshPolicy(ctx, project)
			if err != nil {
				return err
			}
			*m = content{decisions: decisions{AdmissionWhitelistPatterns: types.SetUnknown(types.StringType)}}
			for _, rules := range m.rules() {
				*rules = types.MapUnknown(rulevalue.Type)
			}
			m.fromAPI(ctx, now, project, diags)
			return nil
		},
	}
}

// NewSystemDataSource makes the data source binauthz_system_policy.
func NewSystemDataSource() datasource.DataSource {
	attributes := map[string]schema.Attribute{
		"id": computed("Full name of the policy: `locations/{location}/policy`."),
		"location": schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: "Region, or `global` (the default) for the images common to all regions.",
		},
	}
	maps.Copy(attributes, shownRules())
	return &lifecycle.DataSource[systemModel]{
		Noun: "system_policy",
		Describe: schema.Schema{
			MarkdownDescription: "Google's policy for its own images. It applies if the policy of the project has " +
				"`global_policy_evaluation_mode = \"ENABLE\"`.\n\n" +
				"Permission: `binaryauthorization.policy.get` (role `roles/binaryauthorization.policyViewer`).",
			Attributes: attributes,
		},
		Name: func(m *systemModel) string { return "system policy at " + m.Location.ValueString() },
		Fetch: func(ctx context.Context, clients *gcp.Clients, m *systemModel, _ *diag.Diagnostics) error {
			location := m.Location.ValueString()
			if location == "" {
				location = "global"
			}
			p, err := clients.SystemPolicy(ctx, location)
			if gcp.IsKind(err, gcp.KindNotFound, gcp.KindInvalid) {
				return &lifecycle.AttributeError{Path: path.Root("location"), Err: fmt.Errorf("no system policy at %q: %w", location, err)}
			}
			if err != nil {
				return err
			}
			m.ID, m.Location = types.StringValue("locations/"+location+"/policy"), types.StringValue(location)
			m.AdmissionWhitelistPatterns, _ = types.SetValueFrom(ctx, types.StringType, append([]string{}, projectpolicy.Patterns(p)...))
			m.DefaultAdmissionRule = rulevalue.FromAPI(p.GetDefaultAdmissionRule(), rulevalue.Value{}, "")
			return nil
		},
	}
}

func computed(text string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: text}
}

// shownRules are the attributes common to a project policy and the system policy.
func shownRules() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"admission_whitelist_patterns": schema.SetAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Images exempt from all rules.",
		},
		"default_admission_rule": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The rule for all pods without a more specific rule.",
			Attributes:          rulevalue.Shown(),
		},
	}
}
