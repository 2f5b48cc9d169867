package fault

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{
		"UpdateCluster=unavailable":                   {Method: "UpdateCluster", Kind: "unavailable", Count: 1},
		"*=delay=500ms,count=forever":                 {Method: "*", Kind: "delay=500ms", Count: Forever},
		"GetNote=after:reset,count=2,skip=3":          {Method: "GetNote", Kind: "after:reset", Count: 2, After: 3},
		"GetPolicy=resource_exhausted,retry=2s":       {Method: "GetPolicy", Kind: "resource_exhausted", Count: 1, Retry: 2 * time.Second},
		"google.container.v1.ClusterManager/A=hang":   {Method: "google.container.v1.ClusterManager/A", Kind: Hang, Count: 1},
		"CreateAttestor=after:delay=1m,count=1":       {Method: "CreateAttestor", Kind: "after:delay=1m", Count: 1},
		"ListClusters=service_disabled,count=forever": {Method: "ListClusters", Kind: ServiceDisabled, Count: Forever},
		"UpdatePolicy=org_policy,constraint=custom.enforce,description=Say why: a = b": {
			Method: "UpdatePolicy", Kind: OrgPolicy, Count: 1, Constraint: "custom.enforce", Description: "Say why: a = b",
		},
		"CreateOccurrence=permission_denied,permission=containeranalysis.notes.attachOccurrence": {
			Method: "CreateOccurrence", Kind: "permission_denied", Count: 1, Permission: "containeranalysis.notes.attachOccurrence",
		},
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                     "want METHOD=KIND",
		"GetNote":                              "want METHOD=KIND",
		"=reset":                               "want METHOD=KIND",
		"GetNote=":                             "want METHOD=KIND",
		"GetNote=broken":                       `"broken" is no kind of fault`,
		"GetNote=after:after:reset":            `is no kind of fault`,
		"GetNote=delay=soon":                   "invalid duration",
		"GetNote=delay=-1s":                    "not a positive duration",
		"GetNote=reset,count=0":                `"0" is not a number from 1 up`,
		"GetNote=reset,skip=-1":                `"-1" is not a number from 0 up`,
		"GetNote=reset,times=2":                `unknown option "times=2"`,
		"GetNote=reset,permission=a.b":         "reset names no permission",
		"GetNote=reset,constraint=custom.a":    "reset names no constraint",
		"GetNote=reset,description=a":          "reset names no constraint",
		"CreateNote=org_policy":                `"" is no constraint`,
		"CreateNote=org_policy,constraint=a b": `"a b" is no constraint`,
		"CreateNote=after:org_policy,constraint=custom.a": "before the work is done",
		"GetNote=org_policy,constraint=custom.a":          "GetNote writes nothing",
		"Get Note=reset":                                  `"Get Note" is no method name`,
		"GetNote=resource_exhausted,retry=-1s":            "retry is -1s",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v; want an error with %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"*=reset", "A=after:unavailable,count=forever,skip=2", "A=delay=5ms",
		"A=resource_exhausted,retry=1s,count=7", "A=permission_denied,permission=a.b", "A=org_policy,constraint=custom.a,description=b",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(parsed.String())
		if err != nil || again != parsed {
			t.Fatalf("%q -> %+v -> %q -> %+v, %v", text, parsed, parsed.String(), again, err)
		}
	})
}
