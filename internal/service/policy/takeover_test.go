package policy

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// What a create takes over is known at plan, unless it is ours, and only what the plan saw is taken over.
func TestTakeover(t *testing.T) {
	t.Parallel()
	yes, no := types.BoolValue(true), types.BoolValue(false)
	for name, c := range map[string]struct {
		adopt         types.Bool
		ours          bool
		there, since  string
		planned       types.String
		stillTheSame  bool
		changedIsSeen bool
	}{
		"something":  {yes, false, "a", "b", types.StringValue("a"), true, true},
		"nothing":    {yes, false, "", "b", types.StringNull(), true, true},
		"not asked":  {no, false, "", "", types.StringNull(), true, false},
		"ours":       {yes, true, "a", "b", types.StringUnknown(), true, false},
		"not known":  {types.BoolUnknown(), false, "a", "b", types.StringUnknown(), true, false},
		"it is gone": {yes, false, "a", "", types.StringValue("a"), true, true},
	} {
		planned := planTakeover(c.adopt, c.ours, c.there)
		if !planned.Equal(c.planned) || takenOver(planned, c.there) != c.stillTheSame || takenOver(planned, c.since) == c.changedIsSeen {
			t.Errorf("%s: %s", name, planned)
		}
	}
}

// A long policy is shown in part, and told from another one all the same.
func TestTakeoverOfALongPolicy(t *testing.T) {
	t.Parallel()
	long := func(last string) string {
		p := googleDefault()
		for i := range 30 {
			p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: fmt.Sprintf("gcr.io/p%02d/*", i)})
		}
		p.AdmissionWhitelistPatterns[29].NamePattern = last
		return wholeTakeover(p)
	}
	one, other := long("gcr.io/x/*"), long("gcr.io/y/*")
	if one == other || strings.Count(one, ";") != takeoverLines || !strings.Contains(one, "and 20 more (") {
		t.Errorf("%s\n%s", one, other)
	}
	if text := wholeTakeover(googleDefault()); text != "Google's default" || wholeTakeover(&gcp.Policy{}) == text {
		t.Error(text)
	}
}
