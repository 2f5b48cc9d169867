package policy

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/projectpolicy"
)

// TestTakeoverOfALongPolicy: a long policy is shown in part, and is still distinguished from
// others.
func TestTakeoverOfALongPolicy(t *testing.T) {
	t.Parallel()
	long := func(last string) string {
		p := projectpolicy.GoogleDefault()
		for i := range 30 {
			p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns,
				&binaryauthorizationpb.AdmissionWhitelistPattern{NamePattern: fmt.Sprintf("gcr.io/p%02d/*", i)})
		}
		p.AdmissionWhitelistPatterns[29].NamePattern = last
		return takeover(p)
	}
	one, other := long("gcr.io/x/*"), long("gcr.io/y/*")
	if one == other || strings.Count(one, ";") != takeoverLines || !strings.Contains(one, "and 20 more (") {
		t.Errorf("%s\n%s", one, other)
	}
	if text := takeover(projectpolicy.GoogleDefault()); text != "Google's default" || takeover(&gcp.Policy{}) == text {
		t.Error(text)
	}
}

// TestTakeoverComparesValues: two policies with the same text are distinguished by their values.
func TestTakeoverComparesValues(t *testing.T) {
	t.Parallel()
	described := func(text string) *gcp.Policy {
		p := projectpolicy.GoogleDefault()
		p.Description, p.Etag = text, "etag"
		return p
	}
	for _, pair := range [][2]*gcp.Policy{
		{described("the rule is now strict"), described("the rule is strict")},
		{described("x\"; description is \"y"), described("x\\\"; description is \\\"y")},
	} {
		if takeover(pair[0]) == takeover(pair[1]) {
			t.Error("two policies look the same:", takeover(pair[0]))
		}
	}
}
