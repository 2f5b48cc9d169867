package policy

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// scopeModel says what a rule is for, as the user writes it: exactly one attribute.
type scopeModel struct {
	Default               types.Bool   `tfsdk:"default"`
	Cluster               types.String `tfsdk:"cluster"`
	KubernetesNamespace   types.String `tfsdk:"kubernetes_namespace"`
	KubernetesServiceAcct types.String `tfsdk:"kubernetes_service_account"`
	IstioServiceIdentity  types.String `tfsdk:"istio_service_identity"`
}

// target is one rule of a policy: its map and its key there, or the default rule.
type target struct {
	scope admission.Scope
	key   string
}

// scopeNames are the attributes of a scope, as they stand in ids too.
var scopeNames = map[string]admission.Scope{
	"default":                    admission.ScopeDefault,
	"cluster":                    admission.ScopeCluster,
	"kubernetes_namespace":       admission.ScopeNamespace,
	"kubernetes_service_account": admission.ScopeServiceAccount,
	"istio_service_identity":     admission.ScopeIstioIdentity,
}

func (t target) name() string {
	for name, scope := range scopeNames {
		if scope == t.scope {
			return name
		}
	}
	return ""
}

// String is the end of the rule's id: "default", or "cluster/us-central1.dev".
func (t target) String() string {
	if t.scope == admission.ScopeDefault {
		return t.name()
	}
	return t.name() + "/" + t.key
}

// parseTarget reads what String wrote. A key may have slashes of its own.
func parseTarget(s string) (target, error) {
	name, key, found := strings.Cut(s, "/")
	scope, ok := scopeNames[name]
	if !ok || found == (scope == admission.ScopeDefault) || (found && key == "") {
		return target{}, fmt.Errorf(`%q is not a rule: want "default", "cluster/{location}.{cluster}", "kubernetes_namespace/{namespace}", `+
			`"kubernetes_service_account/{namespace}:{account}" or "istio_service_identity/{identity}"`, s)
	}
	if scope != admission.ScopeDefault {
		if err := admission.CheckKey(scope, key); err != nil {
			return target{}, err
		}
	}
	return target{scope, key}, nil
}

// targetOf reads the scope that the user wrote; known is false while it is not known.
func targetOf(ctx context.Context, object types.Object, diags *diag.Diagnostics) (t target, known bool) {
	if object.IsNull() || object.IsUnknown() {
		return t, false
	}
	var m scopeModel
	if d := object.As(ctx, &m, asIs); d.HasError() {
		diags.Append(d...)
		return t, false
	}
	if m.Default.ValueBool() {
		return target{scope: admission.ScopeDefault}, true
	}
	for scope, key := range map[admission.Scope]types.String{
		admission.ScopeCluster: m.Cluster, admission.ScopeNamespace: m.KubernetesNamespace,
		admission.ScopeServiceAccount: m.KubernetesServiceAcct, admission.ScopeIstioIdentity: m.IstioServiceIdentity,
	} {
		if !key.IsNull() {
			return target{scope, key.ValueString()}, !key.IsUnknown()
		}
	}
	return t, false
}

// is says whether an admission path leads to the rule.
func (t target) is(p admission.Path) bool {
	return p.Field == string(t.scope) && trimIdentity(p.Key) == trimIdentity(t.key)
}

// model is the scope as the user would write it.
func (t target) model() scopeModel {
	m := scopeModel{}
	switch t.scope {
	case admission.ScopeDefault:
		m.Default = types.BoolValue(true)
	case admission.ScopeCluster:
		m.Cluster = types.StringValue(t.key)
	case admission.ScopeNamespace:
		m.KubernetesNamespace = types.StringValue(t.key)
	case admission.ScopeServiceAccount:
		m.KubernetesServiceAcct = types.StringValue(t.key)
	case admission.ScopeIstioIdentity:
		m.IstioServiceIdentity = types.StringValue(t.key)
	}
	return m
}

// in is the rule in a policy, nil if it is not there. A service identity is found with and without its prefix.
func (t target) in(p *gcp.Policy) *binaryauthorizationpb.AdmissionRule {
	if t.scope == admission.ScopeDefault {
		return p.GetDefaultAdmissionRule()
	}
	return (*t.rules(p))[t.written(p)]
}

// put sets the rule in a policy; nil removes it.
func (t target) put(p *gcp.Policy, rule *binaryauthorizationpb.AdmissionRule) {
	if t.scope == admission.ScopeDefault {
		p.DefaultAdmissionRule = rule
		return
	}
	rules := t.rules(p)
	if rule == nil {
		delete(*rules, t.written(p))
		return
	}
	if *rules == nil {
		*rules = map[string]*binaryauthorizationpb.AdmissionRule{}
	}
	(*rules)[t.written(p)] = rule
}

// written is the key under which the policy has the rule, else the target's own.
func (t target) written(p *gcp.Policy) string {
	if t.scope != admission.ScopeIstioIdentity {
		return t.key
	}
	for key := range *t.rules(p) {
		if trimIdentity(key) == trimIdentity(t.key) {
			return key
		}
	}
	return t.key
}

func (t target) rules(p *gcp.Policy) *map[string]*binaryauthorizationpb.AdmissionRule {
	for _, rules := range (&content{}).ruleMaps(p) {
		if rules.kind == string(t.scope) {
			return rules.messages
		}
	}
	return new(map[string]*binaryauthorizationpb.AdmissionRule)
}
