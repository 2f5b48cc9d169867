package examples_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var (
	row    = regexp.MustCompile(`(?m)^\| (.+) \| (.+) \|$`)
	quoted = regexp.MustCompile("`([a-z_.]+)`")
)

// TestTheTableNamesWhatThereIs reads the table of what replaces the blocks of hashicorp/google.
func TestTheTableNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	all, kind, seen := served(t), "", map[string]bool{}
	for _, found := range row.FindAllStringSubmatch(read(t, "docs/guides/living-beside-google.md"), -1) {
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
	if len(seen) != 5 {
		t.Errorf("the table is about %v", seen)
	}
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
