package lifecycle

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const renamedSummary = "Resource was renamed without a moved block"

// identified knows its id at plan.
func identified() *Resource[thing] {
	return things(Ops[thing]{
		Plan: func(_ context.Context, c *Change[thing]) {
			c.Model.ID = types.StringValue("projects/p/some_things/" + c.Model.Name.ValueString())
		},
		Read:   func(context.Context, *Change[thing]) error { return nil },
		Create: func(context.Context, *Change[thing]) error { return nil },
		Shared: func(id string, diags *diag.Diagnostics) { diags.AddWarning("Shared", id) },
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

func TestAReplacementIsNoRenaming(t *testing.T) {
	t.Parallel()
	r := identified()
	for _, resp := range []*resource.ModifyPlanResponse{modify(t, r, aThing("old"), aThing("old")), modify(t, r, nothing(), aThing("old"))} {
		if len(resp.Diagnostics) > 0 {
			t.Error(resp.Diagnostics)
		}
	}
	if resp := modify(t, r, aThing("other"), aThing("other")); summaries(resp.Diagnostics) != "Shared" {
		t.Error(resp.Diagnostics)
	}
}

// The object that a plan makes again is known from the read, also when it is tainted and not planned as what is there.
func TestAPlanKnowsTheOldObject(t *testing.T) {
	t.Parallel()
	r := identified()
	c := r.change(&diag.Diagnostics{}, Memory{})
	if c.Old(thingID) != nil {
		t.Error("nothing was read yet")
	}
	r.remember(&Change[thing]{Model: &thing{Text: types.StringValue("old")}}, aThing("old"))
	if old := c.Old(thingID); old == nil || old.Prior.Text.ValueString() != "old" {
		t.Error(old)
	}
	if resp := modify(t, r, nothing(), aThing("old")); len(resp.Diagnostics) > 0 {
		t.Error(resp.Diagnostics)
	}
}

// What the run has made is not destroyed by the resource that had it before, once.
func TestADestroyYieldsToWhatWasMade(t *testing.T) {
	t.Parallel()
	deleted, yielded := 0, 0
	r := identified()
	r.Ops.Delete = func(context.Context, *Change[thing]) error { deleted++; return nil }
	r.Ops.Yield = func(context.Context, *Change[thing]) { yielded++ }
	r.made(aThing("new"))
	for range 2 {
		resp := &resource.DeleteResponse{State: state(aThing("old"))}
		r.Delete(t.Context(), resource.DeleteRequest{State: state(aThing("old"))}, resp)
	}
	if deleted != 1 || yielded != 1 {
		t.Error(deleted, yielded)
	}
	if r.clients.Claims(thingID).Has(gcp.Made) {
		t.Error("not forgotten")
	}
}
