package iam

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/allowpolicy"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// peers are the object names of hashicorp/google. It has no resources for the IAM policy of a
// project's policy.
var peers = map[*object]string{ofAttestor: "google_binary_authorization_attestor", ofNote: "google_container_analysis_note"}

func moves[M any](k kind, of func(*M) *view) []lifecycle.Move[M] {
	peer, has := peers[k.object]
	if !has {
		return nil
	}
	return []lifecycle.Move[M]{lifecycle.ViewMove(lifecycle.Move[view]{From: peer + "_iam_" + string(k.sort), Carry: k.carry}, of)}
}

// carry copies the state of hashicorp/google, with the complete condition.
func (k kind) carry(_ context.Context, c *change, from *lifecycle.Source) {
	resource, project, err := k.object.parse(from.Need(k.object.noun), from.Text("project"))
	from.Refuse(k.object.noun, err)
	v := c.Model
	v.Project, *v.object, v.Etag = types.StringValue(project), types.StringValue(resource), lifecycle.Text(from.Text("etag"))
	switch k.sort {
	case members:
		carryBinding(v, from)
		*v.Member = types.StringValue(from.Need("member"))
	case bindings:
		carryBinding(v, from)
		*v.Members = setOf(from.Texts("members"))
	case policies:
		*v.PolicyData = types.StringValue(from.Need("policy_data"))
	}
	v.ID = types.StringValue(k.idOf(resource, k.granted(v)))
}

func carryBinding(v *view, from *lifecycle.Source) {
	condition := from.Block("condition")
	v.Role = types.StringValue(from.Need("role"))
	v.Condition = conditionObject(allowpolicy.Condition{
		Title: condition.Text("title"), Description: condition.Text("description"), Expression: condition.Text("expression"),
	})
}
