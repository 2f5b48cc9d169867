package policy

import (
	"context"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// content is what a policy says: the part that the resource and the data source share.
type content struct {
	ID                                     types.String `tfsdk:"id"`
	Project                                types.String `tfsdk:"project"`
	Description                            types.String `tfsdk:"description"`
	GlobalPolicyEvaluationMode             types.String `tfsdk:"global_policy_evaluation_mode"`
	AdmissionWhitelistPatterns             types.Set    `tfsdk:"admission_whitelist_patterns"`
	DefaultAdmissionRule                   types.Object `tfsdk:"default_admission_rule"`
	ClusterAdmissionRules                  types.Map    `tfsdk:"cluster_admission_rules"`
	KubernetesNamespaceAdmissionRules      types.Map    `tfsdk:"kubernetes_namespace_admission_rules"`
	KubernetesServiceAccountAdmissionRules types.Map    `tfsdk:"kubernetes_service_account_admission_rules"`
	IstioServiceIdentityAdmissionRules     types.Map    `tfsdk:"istio_service_identity_admission_rules"`
	Etag                                   types.String `tfsdk:"etag"`
	UpdateTime                             types.String `tfsdk:"update_time"`
}

// model is a project's policy in the state.
type model struct {
	content
	MustAdmit          types.List   `tfsdk:"must_admit"`
	MustAdmitIn        types.List   `tfsdk:"must_admit_in"`
	AdoptExisting      types.Bool   `tfsdk:"adopt_existing"`
	AcknowledgeLockout types.Bool   `tfsdk:"acknowledge_lockout"`
	DeletionPolicy     types.String `tfsdk:"deletion_policy"`
	TakesOver          types.String `tfsdk:"takes_over"`
}

// ruleMap is one of the four maps of rules, in the model and in the message.
type ruleMap struct {
	kind     string
	model    *types.Map
	messages *map[string]*binaryauthorizationpb.AdmissionRule
}

// ruleMaps pairs the maps of a model with those of a message.
func (m *content) ruleMaps(p *gcp.Policy) []ruleMap {
	return []ruleMap{
		{"cluster_admission_rules", &m.ClusterAdmissionRules, &p.ClusterAdmissionRules},
		{"kubernetes_namespace_admission_rules", &m.KubernetesNamespaceAdmissionRules, &p.KubernetesNamespaceAdmissionRules},
		{"kubernetes_service_account_admission_rules", &m.KubernetesServiceAccountAdmissionRules, &p.KubernetesServiceAccountAdmissionRules},
		{"istio_service_identity_admission_rules", &m.IstioServiceIdentityAdmissionRules, &p.IstioServiceIdentityAdmissionRules},
	}
}

// toAPI is the policy to write; known is false while a part of it is not known, and then it is only good for looking at.
func (m *content) toAPI(ctx context.Context, diags *diag.Diagnostics) (p *gcp.Policy, known bool) {
	project := m.Project.ValueString()
	p = &gcp.Policy{
		Name:        resname.Policy{Project: project}.String(),
		Description: m.Description.ValueString(),
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode(
			binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode_value[m.GlobalPolicyEvaluationMode.ValueString()]),
	}
	known = !m.Project.IsUnknown() && !m.Description.IsUnknown() && !m.GlobalPolicyEvaluationMode.IsUnknown() && lifecycle.KnownElements(m.AdmissionWhitelistPatterns)
	for _, pattern := range texts(m.AdmissionWhitelistPatterns) {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
	}
	rule, ok := ruleOf(ctx, m.DefaultAdmissionRule, diags)
	known = known && ok
	p.DefaultAdmissionRule = rule.toAPI(project)
	for _, rules := range m.ruleMaps(p) {
		known = rules.toAPI(ctx, project, diags) && known
	}
	return p, known
}

func (r ruleMap) toAPI(ctx context.Context, project string, diags *diag.Diagnostics) (known bool) {
	known = !r.model.IsUnknown()
	for key, element := range r.model.Elements() {
		object, _ := element.(types.Object)
		rule, ok := ruleOf(ctx, object, diags)
		known = known && ok
		if *r.messages == nil {
			*r.messages = map[string]*binaryauthorizationpb.AdmissionRule{}
		}
		(*r.messages)[key] = rule.toAPI(project)
	}
	return known
}

// fromAPI brings the model to what is there. Spellings that mean the same as what the model has are kept.
func (m *content) fromAPI(ctx context.Context, p *gcp.Policy, project string, diags *diag.Diagnostics) {
	m.ID, m.Project = types.StringValue(resname.Policy{Project: project}.String()), types.StringValue(project)
	if p.GetDescription() != "" || m.Description.IsUnknown() || m.Description.ValueString() != "" {
		m.Description = lifecycle.Text(p.GetDescription())
	}
	m.GlobalPolicyEvaluationMode = globalMode(p, m.GlobalPolicyEvaluationMode)
	patterns := []attr.Value{}
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		patterns = append(patterns, types.StringValue(pattern.GetNamePattern()))
	}
	if len(patterns) > 0 || !m.AdmissionWhitelistPatterns.IsNull() {
		m.AdmissionWhitelistPatterns = types.SetValueMust(types.StringType, distinct(patterns))
	}
	known, _ := ruleOf(ctx, m.DefaultAdmissionRule, diags)
	m.DefaultAdmissionRule = ruleFromAPI(p.GetDefaultAdmissionRule(), known, project)
	for _, rules := range m.ruleMaps(p) {
		rules.fromAPI(ctx, project, diags)
	}
	m.Etag, m.UpdateTime = types.StringValue(p.GetEtag()), lifecycle.Time(p.GetUpdateTime())
}

func (r ruleMap) fromAPI(ctx context.Context, project string, diags *diag.Diagnostics) {
	if len(*r.messages) == 0 && (r.model.IsNull() || (!r.model.IsUnknown() && len(r.model.Elements()) == 0)) {
		if r.model.IsNull() {
			*r.model = types.MapNull(ruleType)
		}
		return
	}
	spelled, rules := map[string]string{}, map[string]attr.Value{}
	for key := range r.model.Elements() {
		spelled[trimIdentity(key)] = key
	}
	for key, rule := range *r.messages {
		if written, ok := spelled[trimIdentity(key)]; ok {
			key = written
		}
		object, _ := r.model.Elements()[key].(types.Object)
		known, _ := ruleOf(ctx, object, diags)
		rules[key] = ruleFromAPI(rule, known, project)
	}
	*r.model = types.MapValueMust(ruleType, rules)
}

// trimIdentity takes off what a service identity may or may not begin with.
// Source: google.cloud.binaryauthorization.v1.Policy.istio_service_identity_admission_rules.
func trimIdentity(key string) string { return strings.TrimPrefix(key, "spiffe://") }

// globalMode keeps DISABLE for unspecified, which the API documents as the same, and null for unspecified otherwise.
func globalMode(p *gcp.Policy, known types.String) types.String {
	mode := p.GetGlobalPolicyEvaluationMode()
	if mode == binaryauthorizationpb.Policy_GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED {
		if known.ValueString() == binaryauthorizationpb.Policy_DISABLE.String() {
			return known
		}
		return types.StringNull()
	}
	return types.StringValue(mode.String())
}

// distinct drops repetitions: the API keeps a pattern that was written twice, a set cannot.
func distinct(values []attr.Value) []attr.Value {
	seen, once := map[string]bool{}, []attr.Value{}
	for _, v := range values {
		if !seen[v.String()] {
			seen[v.String()] = true
			once = append(once, v)
		}
	}
	return once
}
