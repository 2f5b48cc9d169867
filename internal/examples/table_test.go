package examples_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var (
	row        = regexp.MustCompile(`(?m)^\| (.+) \| (.+) \|$`)
	googleType = regexp.MustCompile("^`(google_[a-z_]+)`")
	quoted     = regexp.MustCompile("`([a-z_.]+)`")
)

const movingGuide = "docs/guides/moving-from-google.md"

// TestTheTableNamesWhatThereIs: every resource type and attribute in the second column of the
// moving guide's table exists.
func TestTheTableNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	all, kind, seen := served(t), "", map[string]bool{}
	for _, found := range row.FindAllStringSubmatch(read(t, movingGuide), -1) {
		for _, name := range quoted.FindAllStringSubmatch(found[2], -1) {
			if strings.HasPrefix(name[1], "binauthz_") {
				kind = name[1]
				seen[kind] = true
				continue
			}
			if schema := all.ResourceSchemas[kind]; schema == nil || !has(schema.Block.Attributes, strings.Split(name[1], ".")) {
				t.Errorf("%s has no %s", kind, name[1])
			}
		}
	}
	if len(seen) != 11 {
		t.Errorf("the table is about %v", seen)
	}
}

// TestTheTableHasEveryArgument: the table has every argument found in states written by
// hashicorp/google.
func TestTheTableHasEveryArgument(t *testing.T) {
	t.Parallel()
	of, kind := map[string]string{}, ""
	for _, found := range row.FindAllStringSubmatch(read(t, movingGuide), -1) {
		if name := googleType.FindStringSubmatch(found[1]); name != nil {
			kind = name[1]
		}
		of[kind] += found[1] + " "
	}
	seen := 0
	for _, file := range append(glob(t, "internal/moved/testdata/google.json"), glob(t, "internal/service/iam/testdata/google_*.json")...) {
		var state struct {
			Resources []struct {
				Type      string
				Instances []struct{ Attributes map[string]any }
			}
		}
		if err := json.Unmarshal([]byte(read(t, strings.TrimPrefix(file, root+"/"))), &state); err != nil {
			t.Fatal(err)
		}
		for _, r := range state.Resources {
			seen++
			for _, name := range attributeNames(r.Instances[0].Attributes) {
				if !regexp.MustCompile(`\b` + name + `\b`).MatchString(of[r.Type]) {
					t.Errorf("the table does not say what becomes of %s of %s", name, r.Type)
				}
			}
		}
	}
	if seen < 10 {
		t.Errorf("the states have %d resources", seen)
	}
}

// attributeNames returns the names of attributes, nested ones included.
func attributeNames(value any) (all []string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			all = append(append(all, name), attributeNames(inner)...)
		}
	case []any:
		for _, inner := range v {
			all = append(all, attributeNames(inner)...)
		}
	}
	return all
}

// has follows a path through nested attributes.
func has(attributes []*tfprotov6.SchemaAttribute, path []string) bool {
	i := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == path[0] })
	switch {
	case i < 0:
		return false
	case len(path) == 1:
		return true
	}
	return attributes[i].NestedType != nil && has(attributes[i].NestedType.Attributes, path[1:])
}
