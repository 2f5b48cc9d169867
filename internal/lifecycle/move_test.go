package lifecycle

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// moveThing moves an object of the type google_thing with this state to a thing with the same name
// and project.
func moveThing(t *testing.T, source string, carry func(*Change[thing], *Source)) *resource.MoveStateResponse {
	t.Helper()
	r := things(Ops[thing]{})
	r.Moves = []Move[thing]{{From: "google_other"}, {From: "google_thing", Carry: func(_ context.Context, c *Change[thing], from *Source) {
		c.Model.Project, c.Model.Name = types.StringValue(from.Need("project")), types.StringValue(from.Need("name"))
		carry(c, from)
	}}}
	resp := &resource.MoveStateResponse{TargetState: state(nothing()), TargetIdentity: identity(t, r, nil)}
	resp.TargetIdentity.Raw = tftypes.NewValue(resp.TargetIdentity.Raw.Type(), nil)
	r.MoveState(t.Context())[0].StateMover(t.Context(), resource.MoveStateRequest{
		SourceTypeName: "google_thing", SourceProviderAddress: movedFrom[0], SourceRawState: &tfprotov6.RawState{JSON: []byte(source)},
	}, resp)
	return resp
}

func TestMoveSetsStateAndIdentity(t *testing.T) {
	t.Parallel()
	resp := moveThing(t, `{"project": "p", "name": "n", "deletion_policy": "DELETE"}`, func(c *Change[thing], _ *Source) {
		if !c.Model.Text.IsNull() || !c.Model.ID.IsNull() || c.Clients != nil {
			t.Error("a move begins with", c.Model, c.Clients)
		}
	})
	if len(resp.Diagnostics) > 0 || attribute(t, resp.TargetState.Raw, "name") != "n" ||
		attribute(t, resp.TargetIdentity.Raw, "name") != "n" || attribute(t, resp.TargetIdentity.Raw, "project") != "p" {
		t.Error(resp.Diagnostics, resp.TargetState.Raw, resp.TargetIdentity.Raw)
	}
}

// TestMoveOfABrokenStateSetsNothing: carry can find an error in the source after the first checks
// have passed. Then nothing is moved.
func TestMoveOfABrokenStateSetsNothing(t *testing.T) {
	t.Parallel()
	resp := moveThing(t, `{"project": "p", "name": {}, "blocks": [{"a": [1]}, null, 2]}`, func(_ *Change[thing], from *Source) {
		for _, b := range from.Blocks("blocks") {
			b.Need("a")
		}
		from.Block("none").Block("at_all").Need("x")
		from.NeedOne("project", map[string]int32{"A": 1, "B": 2})
	})
	if !resp.TargetState.Raw.IsNull() || !resp.TargetIdentity.Raw.IsNull() || len(resp.Diagnostics) != 1 {
		t.Fatal(resp.TargetState.Raw, resp.Diagnostics)
	}
	for _, words := range []string{
		"name is not a text", "blocks[2] is not a block", "blocks[0].a is not a text", "blocks[1].a is missing",
		"none.at_all.x is missing", `project: "p" is not one of A, B`,
	} {
		if !strings.Contains(resp.Diagnostics[0].Detail(), "\n  - "+words) {
			t.Errorf("%q is not in %s", words, resp.Diagnostics[0].Detail())
		}
	}
}

// TestSourceIsReadLeniently: a single object instead of a list counts as a block, and numbers and
// booleans are read as texts.
func TestSourceIsReadLeniently(t *testing.T) {
	t.Parallel()
	resp := moveThing(t, `{"project": "p", "name": "n", "number": 12345678901234567890, "flag": true, "block": {"x": "y"}, "texts": null}`,
		func(_ *Change[thing], from *Source) {
			if got := from.Text("number") + from.Text("flag") + from.Block("block").Text("x"); got != "12345678901234567890truey" ||
				from.Texts("texts") != nil || from.Blocks("none") != nil {
				t.Error(got)
			}
		})
	if len(resp.Diagnostics) > 0 {
		t.Error(resp.Diagnostics)
	}
}

// TestUpgradeOfAnIdentity: an identity of hashicorp/google is converted by the names of its parts.
// If a required part is missing, the upgrade fails.
func TestUpgradeOfAnIdentity(t *testing.T) {
	t.Parallel()
	r := things(Ops[thing]{})
	r.Moves = []Move[thing]{{From: "google_thing"}}
	for raw, want := range map[string]string{
		`{"name": "n", "project": "p", "more": 1}`: "n", `{"name": "n", "project": null}`: "n",
		`{"project": "p"}`: "", `[]`: "", ``: "",
	} {
		resp := &resource.UpgradeIdentityResponse{Identity: identity(t, r, nil)}
		resp.Identity.Raw = tftypes.Value{}
		upgraders := r.UpgradeIdentity(t.Context())
		upgraders[1].IdentityUpgrader(t.Context(), resource.UpgradeIdentityRequest{
			RawIdentity: &tfprotov6.RawState{JSON: []byte(raw)},
		}, resp)
		if got := attribute(t, resp.Identity.Raw, "name"); got != want || resp.Diagnostics.HasError() != (want == "") {
			t.Errorf("%s became %s: %v", raw, resp.Identity.Raw, resp.Diagnostics)
		}
		if len(upgraders) != int(resp.Identity.Schema.GetVersion()) {
			t.Errorf("%d upgraders for version %d", len(upgraders), resp.Identity.Schema.GetVersion())
		}
	}
}
