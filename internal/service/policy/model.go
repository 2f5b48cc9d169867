package policy

import (
	"context"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// content is the part of a policy common to the resource and the data source.
type content struct {
	ID          types.String `tfsdk:"id"`
	Project     types.String `tfsdk:"project"`
	Description types.String `tfsdk:"description"`
	decisions
	Etag       types.String `tfsdk:"etag"`
	UpdateTime types.String `tfsdk:"update_time"`
}

// decisions are the attributes of a policy with an influence on decisions.
type decisions struct {
	GlobalPolicyEvaluationMode             types.String `tfsdk:"global_policy_evaluation_mode"`
	AdmissionWhitelistPatterns             types.Set    `tfsdk:"admission_whitelist_patterns"`
	DefaultAdmissionRule                   types.Object `tfsdk:"default_admission_rule"`
	ClusterAdmissionRules                  types.Map    `tfsdk:"cluster_admission_rules"`
	KubernetesNamespaceAdmissionRules      types.Map    `tfsdk:"kubernetes_namespace_admission_rules"`
	KubernetesServiceAccountAdmissionRules types.Map    `tfsdk:"kubernetes_service_account_admission_rules"`
	IstioServiceIdentityAdmissionRules     types.Map    `tfsdk:"istio_service_identity_admission_rules"`
}

// model is a project's policy in the state.
type model struct {
	content
	MustAdmit          types.List   `tfsdk:"must_admit"`
	MustAdmitIn        types.List   `tfsdk:"must_admit_in"`
	EnforcementGate    types.Object `tfsdk:"enforcement_gate"`
	AdoptExisting      types.Bool   `tfsdk:"adopt_existing"`
	AcknowledgeLockout types.Bool   `tfsdk:"acknowledge_lockout"`
	DeletionPolicy     types.String `tfsdk:"deletion_policy"`
	TakesOver          types.String `tfsdk:"takes_over"`
}

// rules are the model's maps of rules, in the order of projectpolicy.Scoped.
func (m *decisions) rules() []*types.Map {
	return []*types.Map{
		&m.ClusterAdmissionRules, &m.KubernetesNamespaceAdmissionRules, &m.KubernetesServiceAccountAdmissionRules,
		&m.IstioServiceIdentityAdmissionRules,
	}
}

// complete replaces absent values by empty ones: the API treats both alike.
func (m *content) complete(config *content) {
	if config.Description.IsNull() {
		m.Description = types.StringValue("")
	}
	if config.AdmissionWhitelistPatterns.IsNull() {
		m.AdmissionWhitelistPatterns = types.SetValueMust(types.StringType, []attr.Value{})
	}
	for i, rules := range config.rules() {
		if rules.IsNull() {
			*m.rules()[i] = types.MapValueMust(rulevalue.Type, map[string]attr.Value{})
		}
	}
}

// toAPI is the policy to write. If known is false, a part is unknown, and the policy must not be
// written.
func (m *content) toAPI(ctx context.Context, diags *diag.Diagnostics) (p *gcp.Policy, known bool) {
	project := m.Project.ValueString()
	p = &gcp.Policy{
		Name:        projectpolicy.ID(project),
		Description: m.Description.ValueString(),
		GlobalPolicyEvaluationMode: binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode(
			binaryauthorizationpb.Policy_GlobalPolicyEvaluationMode_value[m.GlobalPolicyEvaluationMode.ValueString()]),
	}
	known = !m.Project.IsUnknown() && !m.Description.IsUnknown() && !m.GlobalPolicyEvaluationMode.IsUnknown() &&
		lifecycle.KnownElements(m.AdmissionWhitelistPatterns)
	for _, pattern := range rulevalue.Texts(m.AdmissionWhitelistPatterns) {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
			&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: pattern})
	}
	rule, ok := rulevalue.Of(ctx, m.DefaultAdmissionRule, diags)
	known = known && ok
	p.DefaultAdmissionRule = rule.ToAPI(project)
	for i, scoped := range projectpolicy.Scoped(p) {
		known = rulesToAPI(ctx, m.rules()[i], scoped.Rules, project, diags) && known
	}
	return p, known
}

func rulesToAPI(
	ctx context.Context, model *types.Map, rules *map[string]*projectpolicy.Rule, project string, diags *diag.Diagnostics,
) (known bool) {
	known = !model.IsUnknown()
	for key, element := range model.Elements() {
		object, _ := element.(types.Object)
		rule, ok := rulevalue.Of(ctx, object, diags)
		known = known && ok
		if *rules == nil {
			*rules = map[string]*projectpolicy.Rule{}
		}
		(*rules)[key] = rule.ToAPI(project)
	}
	return known
}

// fromAPI copies a policy into the model. It keeps equivalent spellings of the model.
func (m *content) fromAPI(ctx context.Context, p *gcp.Policy, project string, diags *diag.Diagnostics) {
	m.ID, m.Project = types.StringValue(projectpolicy.ID(project)), types.StringValue(project)
	m.Description = types.StringValue(p.GetDescription())
	m.GlobalPolicyEvaluationMode = globalMode(p, m.GlobalPolicyEvaluationMode)
	patterns := []attr.Value{}
	for _, pattern := range p.GetAdmissionWhitelistPatterns() {
		patterns = append(patterns, types.StringValue(pattern.GetNamePattern()))
	}
	m.AdmissionWhitelistPatterns = types.SetValueMust(types.StringType, distinct(patterns))
	known, _ := rulevalue.Of(ctx, m.DefaultAdmissionRule, diags)
	m.DefaultAdmissionRule = rulevalue.FromAPI(p.GetDefaultAdmissionRule(), known, project)
	for i, scoped := range projectpolicy.Scoped(p) {
		rulesFromAPI(ctx, m.rules()[i], scoped, project, diags)
	}
	m.Etag, m.UpdateTime = types.StringValue(p.GetEtag()), lifecycle.Time(p.GetUpdateTime())
}

func rulesFromAPI(ctx context.Context, model *types.Map, scoped projectpolicy.ScopedRules, project string, diags *diag.Diagnostics) {
	spelled, rules := map[string]string{}, map[string]attr.Value{}
	for key := range model.Elements() {
		spelled[admission.CanonicalKey(scoped.Scope, key)] = key
	}
	for key, rule := range *scoped.Rules {
		if written, ok := spelled[admission.CanonicalKey(scoped.Scope, key)]; ok {
			key = written
		}
		object, _ := model.Elements()[key].(types.Object)
		known, _ := rulevalue.Of(ctx, object, diags)
		rules[key] = rulevalue.FromAPI(rule, known, project)
	}
	*model = types.MapValueMust(rulevalue.Type, rules)
}

// globalMode is null for an unspecified mode. It keeps DISABLE, because the API treats unspecified
// as DISABLE.
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

// distinct drops duplicates: the API can have a pattern twice, a set cannot.
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
