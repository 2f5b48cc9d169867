package iam

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
)

// place is the common part of all models: the object of the allow policy.
type place struct {
	ID      types.String `tfsdk:"id"`
	Project types.String `tfsdk:"project"`
	Etag    types.String `tfsdk:"etag"`
}

// binding is the key of a binding.
type binding struct {
	Role      types.String `tfsdk:"role"`
	Condition types.Object `tfsdk:"condition"`
}

type memberModel struct {
	place
	binding
	Member types.String `tfsdk:"member"`
}

type bindingModel struct {
	place
	binding
	Members   types.Set    `tfsdk:"members"`
	TakesOver types.String `tfsdk:"takes_over"`
}

type policyModel struct {
	place
	PolicyData types.String `tfsdk:"policy_data"`
	TakesOver  types.String `tfsdk:"takes_over"`
}

// The models of attestors and notes name the object. The model of a project's policy does not.
type (
	attestorMember struct {
		memberModel
		Attestor types.String `tfsdk:"attestor"`
	}
	attestorBinding struct {
		bindingModel
		Attestor types.String `tfsdk:"attestor"`
	}
	attestorPolicy struct {
		policyModel
		Attestor types.String `tfsdk:"attestor"`
	}
	noteMember struct {
		memberModel
		Note types.String `tfsdk:"note"`
	}
	noteBinding struct {
		bindingModel
		Note types.String `tfsdk:"note"`
	}
	notePolicy struct {
		policyModel
		Note types.String `tfsdk:"note"`
	}
)

// view is a model of any kind. Missing attributes are nil.
type view struct {
	*place
	*binding
	// object names the object; nil for a project's policy.
	object     *types.String
	Member     *types.String
	Members    *types.Set
	PolicyData *types.String
	TakesOver  *types.String
}

func (m *memberModel) view(object *types.String) *view {
	return &view{place: &m.place, binding: &m.binding, object: object, Member: &m.Member}
}

func (m *bindingModel) view(object *types.String) *view {
	return &view{place: &m.place, binding: &m.binding, object: object, Members: &m.Members, TakesOver: &m.TakesOver}
}

func (m *policyModel) view(object *types.String) *view {
	return &view{place: &m.place, object: object, PolicyData: &m.PolicyData, TakesOver: &m.TakesOver}
}

// resource returns the full name of the object, or "" while the id is unknown.
func (v *view) resource() string {
	resource, _, _ := strings.Cut(strings.TrimSuffix(v.ID.ValueString(), wholePolicy), " ")
	return resource
}

// key returns the key of the binding.
func (v *view) key() allowpolicy.Binding {
	return allowpolicy.Binding{Role: v.Role.ValueString(), Condition: conditionOf(v.Condition)}
}

func (v *view) grant() allowpolicy.Grant {
	return allowpolicy.Grant{Binding: v.key(), Member: allowpolicy.Canonical(v.Member.ValueString())}
}

// members returns the members of a binding as written.
func (v *view) members() []string {
	var all []string
	for _, element := range v.Members.Elements() {
		if s, ok := element.(types.String); ok {
			all = append(all, s.ValueString())
		}
	}
	return all
}

// keepMembers sets the model to the members of the service, and keeps the spellings of the model.
func (v *view) keepMembers(found []string) {
	spelled := map[string]string{}
	for _, m := range v.members() {
		spelled[allowpolicy.Canonical(m)] = m
	}
	kept := map[string]string{}
	for _, m := range found {
		kept[allowpolicy.Canonical(m)] = cmp.Or(spelled[allowpolicy.Canonical(m)], m)
	}
	*v.Members = setOf(slices.Collect(maps.Values(kept)))
}

// setOf returns a set of distinct members.
func setOf(members []string) types.Set {
	all := make([]attr.Value, len(members))
	for i, m := range members {
		all[i] = types.StringValue(m)
	}
	return types.SetValueMust(types.StringType, all)
}
