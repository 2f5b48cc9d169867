package lifecycle

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestTakeover: the plan shows the object adopted by a create, and the apply adopts only the object
// seen by the plan.
func TestTakeover(t *testing.T) {
	t.Parallel()
	yes, no := types.BoolValue(true), types.BoolValue(false)
	for name, c := range map[string]struct {
		adopt         types.Bool
		there, since  string
		planned       types.String
		stillTheSame  bool
		changedIsSeen bool
	}{
		"something":  {yes, "a", "b", types.StringValue("a"), true, true},
		"nothing":    {yes, "", "b", types.StringNull(), true, true},
		"not asked":  {no, "", "", types.StringNull(), true, false},
		"not known":  {types.BoolUnknown(), "a", "b", types.StringUnknown(), true, false},
		"it is gone": {yes, "a", "", types.StringValue("a"), true, true},
	} {
		planned := PlanTakeover(c.adopt, c.there)
		if !planned.Equal(c.planned) || TakenOver(planned, c.there) != c.stillTheSame || TakenOver(planned, c.since) == c.changedIsSeen {
			t.Errorf("%s: %s", name, planned)
		}
	}
}
