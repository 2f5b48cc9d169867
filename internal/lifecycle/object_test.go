package lifecycle

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/binauthz/terraform-provider-binauthz/internal/walk"
)

const renamedSummary = "Resource was renamed without a moved block"

// identified is a resource with an id known at plan.
func identified() *Resource[thing] {
	return things(Ops[thing]{
		Plan: func(_ context.Context, c *Change[thing]) {
			c.Model.ID = types.StringValue("projects/p/some_things/" + c.Model.Name.ValueString())
		},
		Read:   func(context.Context, *Change[thing]) error { return nil },
		Create: func(context.Context, *Change[thing]) error { return nil },
	})
}

func summaries(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Summary())
	}
	return strings.Join(all, ", ")
}

func TestARenamingIsToldByWhatIsPlannedSecond(t *testing.T) {
	t.Parallel()
	for _, createFirst := range []bool{true, false} {
		r := identified()
		destroy := func() string { return summaries(modify(t, r, aThing("old"), nothing()).Diagnostics) }
		create := func() string { return summaries(modify(t, r, nothing(), aThing("new")).Diagnostics) }
		first, second := destroy, create
		if createFirst {
			first, second = create, destroy
		}
		if got := first(); got != "" {
			t.Errorf("the first says %s", got)
		}
		if got := second(); got != renamedSummary {
			t.Errorf("the second says %q", got)
		}
	}
}

// TestARenamingBesideEqualCreates: two creates that differ only in an unknown value do not hide a
// renaming, in any order of planning.
func TestARenamingBesideEqualCreates(t *testing.T) {
	t.Parallel()
	for between := range 3 {
		r := identified()
		create := func() { modify(t, r, nothing(), unknownThing(t)) }
		steps := []func(){create, create}
		steps = slices.Insert(steps, between, func() { modify(t, r, aThing("old"), nothing()) })
		for _, step := range steps {
			step()
		}
		if got := summaries(modify(t, r, nothing(), aThing("new")).Diagnostics); got != renamedSummary {
			t.Errorf("destroyed after %d creates: %q", between, got)
		}
	}
}

// unknownThing is a thing whose text is not known yet.
func unknownThing(t *testing.T) tftypes.Value {
	t.Helper()
	raw, err := tftypes.Transform(object(map[string]string{"project": "p", "name": "other"}),
		func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
			if path.Equal(tftypes.NewAttributePath().WithAttributeName("text")) {
				return tftypes.NewValue(tftypes.String, tftypes.UnknownValue), nil
			}
			return value, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestAReplacementIsNoRenaming(t *testing.T) {
	t.Parallel()
	r := identified()
	for _, resp := range []*resource.ModifyPlanResponse{
		modify(t, r, aThing("old"), aThing("old")),
		modify(t, r, nothing(), aThing("old")),
	} {
		if len(resp.Diagnostics) > 0 {
			t.Error(resp.Diagnostics)
		}
	}
}

// TestAnObjectIsNotRecreated: an InPlaceOnly object cannot be created again while it is in the
// state.
func TestAnObjectIsNotRecreated(t *testing.T) {
	t.Parallel()
	r := identified()
	r.Ops.InPlaceOnly = true
	r.configured.Walk.Read(walk.Object{ID: thingID, Instance: "a"})
	if got := summaries(modify(t, r, nothing(), aThing("old")).Diagnostics); got != "Some would be destroyed and recreated" {
		t.Error(got)
	}
}

// TestAProcessServesSeveralWalks: a repeated plan in the same process starts fresh, and an apply
// may delete an object it created.
func TestAProcessServesSeveralWalks(t *testing.T) {
	t.Parallel()
	deleted := 0
	r := identified()
	r.Ops.Delete = func(context.Context, *Change[thing]) error { deleted++; return nil }
	for range 3 {
		for _, resp := range []*resource.ModifyPlanResponse{
			modify(t, r, aThing("old"), aThing("old")),
			modify(t, r, aThing("old"), aThing("old")),
		} {
			if len(resp.Diagnostics) > 0 {
				t.Error(resp.Diagnostics)
			}
		}
		created := &resource.CreateResponse{State: state(nothing())}
		r.Create(t.Context(), resource.CreateRequest{Plan: plan(aThing("new"))}, created)
		gone := &resource.DeleteResponse{State: state(aThing("new"))}
		r.Delete(t.Context(), resource.DeleteRequest{State: state(aThing("new"))}, gone)
		if created.Diagnostics.HasError() || gone.Diagnostics.HasError() {
			t.Error(created.Diagnostics, gone.Diagnostics)
		}
	}
	if deleted != 3 {
		t.Error("deleted", deleted, "times")
	}
}

// TestADeleteOfWhatWasTakenOver: an object adopted by another resource in the same apply is not
// deleted, and the delete is an error.
func TestADeleteOfWhatWasTakenOver(t *testing.T) {
	t.Parallel()
	r := identified()
	r.Ops.Delete = func(context.Context, *Change[thing]) error {
		t.Error("deleted")
		return nil
	}
	r.configured.Walk.Made(walk.Object{ID: thingID, Instance: "another"})
	resp := &resource.DeleteResponse{State: state(aThing("old"))}
	r.Delete(t.Context(), resource.DeleteRequest{State: state(aThing("old"))}, resp)
	if !resp.Diagnostics.HasError() {
		t.Error("no error")
	}
	r.Ops.Adopts, r.Ops.Delete = true, func(ctx context.Context, c *Change[thing]) error {
		if !c.TakenOver(ctx, thingID) {
			t.Error("it is another's")
		}
		return nil
	}
	resp = &resource.DeleteResponse{State: state(aThing("old"))}
	if r.Delete(t.Context(), resource.DeleteRequest{State: state(aThing("old"))}, resp); resp.Diagnostics.HasError() {
		t.Error(resp.Diagnostics)
	}
}
