package iam

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

type change = lifecycle.Change[view]

// sort is the managed part of an allow policy.
type sort string

const (
	members  sort = "member"  // one grant
	bindings sort = "binding" // all members of a role
	policies sort = "policy"  // everything
)

// kind is one resource type.
type kind struct {
	object *object
	sort   sort
}

// noun is the resource type without the provider's prefix.
func (k kind) noun() string { return k.object.noun + "_iam_" + string(k.sort) }

// The constructors of the resources, by object and sort.

// NewAttestorMember makes the resource binauthz_attestor_iam_member.
func NewAttestorMember() resource.Resource {
	return newResource(kind{ofAttestor, members}, func(m *attestorMember) *view { return m.view(&m.Attestor) })
}

// NewAttestorBinding makes the resource binauthz_attestor_iam_binding.
func NewAttestorBinding() resource.Resource {
	return newResource(kind{ofAttestor, bindings}, func(m *attestorBinding) *view { return m.view(&m.Attestor) })
}

// NewAttestorPolicy makes the resource binauthz_attestor_iam_policy.
func NewAttestorPolicy() resource.Resource {
	return newResource(kind{ofAttestor, policies}, func(m *attestorPolicy) *view { return m.view(&m.Attestor) })
}

// NewNoteMember makes the resource binauthz_note_iam_member.
func NewNoteMember() resource.Resource {
	return newResource(kind{ofNote, members}, func(m *noteMember) *view { return m.view(&m.Note) })
}

// NewNoteBinding makes the resource binauthz_note_iam_binding.
func NewNoteBinding() resource.Resource {
	return newResource(kind{ofNote, bindings}, func(m *noteBinding) *view { return m.view(&m.Note) })
}

// NewNotePolicy makes the resource binauthz_note_iam_policy.
func NewNotePolicy() resource.Resource {
	return newResource(kind{ofNote, policies}, func(m *notePolicy) *view { return m.view(&m.Note) })
}

// NewPolicyMember makes the resource binauthz_policy_iam_member.
func NewPolicyMember() resource.Resource {
	return newResource(kind{ofPolicy, members}, func(m *memberModel) *view { return m.view(nil) })
}

// NewPolicyBinding makes the resource binauthz_policy_iam_binding.
func NewPolicyBinding() resource.Resource {
	return newResource(kind{ofPolicy, bindings}, func(m *bindingModel) *view { return m.view(nil) })
}

// NewPolicyPolicy makes the resource binauthz_policy_iam_policy.
func NewPolicyPolicy() resource.Resource {
	return newResource(kind{ofPolicy, policies}, func(m *policyModel) *view { return m.view(nil) })
}

// iamResource parses imports itself, because a condition is not a plain text.
type iamResource[M any] struct {
	lifecycle.Resource[M]
	kind kind
}

func newResource[M any](k kind, of func(*M) *view) resource.Resource {
	ops := lifecycle.Ops[view]{
		Name: func(v *view) string { return v.ID.ValueString() }, Identify: k.identify,
		Validate: k.validate, Plan: k.plan, PlanDelete: k.planDelete, Adopts: true,
	}
	switch k.sort {
	case members:
		ops.Create, ops.Read, ops.Update, ops.Delete = k.createMember, k.readMember, k.keep, k.deleteMember
	case bindings:
		ops.Create, ops.Read, ops.Update, ops.Delete = k.createBinding, k.readBinding, k.updateBinding, k.deleteBinding
	case policies:
		ops.Create, ops.Read, ops.Update, ops.Delete = k.createPolicy, k.readPolicy, k.updatePolicy, k.deletePolicy
	}
	return &iamResource[M]{lifecycle.Resource[M]{
		Noun: k.noun(), Title: "IAM grant", Describe: k.describe(), Identity: k.identity(), Ops: lifecycle.View(ops, of),
		Moves: moves(k, of),
	}, k}
}

// keep is an update without a call: only the spelling changes.
func (kind) keep(context.Context, *change) error { return nil }

// Metadata implements resource.Resource. OpenTofu keeps the identity of a resource moved from
// hashicorp/google, with the object's full name and without the condition. The first read corrects
// it.
func (r *iamResource[M]) Metadata(ctx context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	r.Resource.Metadata(ctx, req, resp)
	resp.ResourceBehavior.MutableIdentity = len(r.Moves) > 0
}
