package policyrule

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/rulevalue"
)

// model is one rule of a policy in the state.
type model struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Scope   types.Object `tfsdk:"scope"`
	rulevalue.Value
	MustAdmit          types.List   `tfsdk:"must_admit"`
	Needs              types.Set    `tfsdk:"needs"`
	EnforcementGate    types.Object `tfsdk:"enforcement_gate"`
	AdoptExisting      types.Bool   `tfsdk:"adopt_existing"`
	AcknowledgeLockout types.Bool   `tfsdk:"acknowledge_lockout"`
	TakesOver          types.String `tfsdk:"takes_over"`
}

type change = lifecycle.Change[model]

// scopeModel is the scope of a rule in the configuration: exactly one attribute is set.
type scopeModel struct {
	Default               types.Bool   `tfsdk:"default"`
	Cluster               types.String `tfsdk:"cluster"`
	KubernetesNamespace   types.String `tfsdk:"kubernetes_namespace"`
	KubernetesServiceAcct types.String `tfsdk:"kubernetes_service_account"`
	IstioServiceIdentity  types.String `tfsdk:"istio_service_identity"`
}

// keys are the keys of a scope.
func (m *scopeModel) keys() map[admission.Scope]*types.String {
	return map[admission.Scope]*types.String{
		admission.ScopeCluster: &m.Cluster, admission.ScopeNamespace: &m.KubernetesNamespace,
		admission.ScopeServiceAccount: &m.KubernetesServiceAcct, admission.ScopeIstioIdentity: &m.IstioServiceIdentity,
	}
}

// scopeOf is the attribute scope of a rule.
func scopeOf(t projectpolicy.Target) scopeModel {
	m := scopeModel{}
	if key, keyed := m.keys()[t.Scope]; keyed {
		*key = types.StringValue(t.Key)
	} else {
		m.Default = types.BoolValue(true)
	}
	return m
}

// setScope makes a target the attribute scope.
func (m *model) setScope(ctx context.Context, t projectpolicy.Target, diags *diag.Diagnostics) {
	scope, d := types.ObjectValueFrom(ctx, m.Scope.AttributeTypes(ctx), scopeOf(t))
	diags.Append(d...)
	m.Scope = scope
}

// targetOf reads the attribute scope. known is false if it is unknown.
func targetOf(ctx context.Context, object types.Object, diags *diag.Diagnostics) (t projectpolicy.Target, known bool) {
	if object.IsNull() || object.IsUnknown() {
		return t, false
	}
	var m scopeModel
	if d := object.As(ctx, &m, basetypes.ObjectAsOptions{}); d.HasError() {
		diags.Append(d...)
		return t, false
	}
	if m.Default.ValueBool() {
		return projectpolicy.Default, true
	}
	for scope, key := range m.keys() {
		if !key.IsNull() {
			return projectpolicy.Target{Scope: scope, Key: key.ValueString()}, !key.IsUnknown()
		}
	}
	return t, false
}

// target is the scope of the model. It is known in every operation.
func (m *model) target(ctx context.Context, c *change) projectpolicy.Target {
	t, _ := targetOf(ctx, m.Scope, c.Diags)
	return t
}

// needs are the ids in the attribute needs. known is false if one of them is unknown.
func (m *model) needs() (ids []string, known bool) {
	return rulevalue.Needed(m.Needs), lifecycle.KnownElements(m.Needs)
}

// fromAPI copies a live rule into the model.
func (m *model) fromAPI(ctx context.Context, t projectpolicy.Target, found *projectpolicy.Rule, diags *diag.Diagnostics) {
	project := m.Project.ValueString()
	m.Value, _ = rulevalue.Of(ctx, rulevalue.FromAPI(found, m.Value, project), diags)
	m.ID = types.StringValue(projectpolicy.RuleID(project, t))
	m.AdoptExisting, m.AcknowledgeLockout = lifecycle.False(m.AdoptExisting), lifecycle.False(m.AcknowledgeLockout)
}
