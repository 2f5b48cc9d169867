package released_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/binauthz/terraform-provider-binauthz/internal/provider"
	"github.com/binauthz/terraform-provider-binauthz/internal/released"
)

// TestNoSilentBreak compares this source with the last release.
func TestNoSilentBreak(t *testing.T) {
	t.Parallel()
	changelog := read(t, root, "CHANGELOG.md")
	before, after := baseline(t), served(t, released.LastRelease(changelog))
	breaks := append(released.Compare(before, after), released.CompareImports(t.Context(), before, importer(t))...)
	silent := released.Silent(breaks, released.Announced(changelog, before.Release))
	if *write && before.Release == "" {
		silent = nil // before the first release, a break can be accepted with make schema-released
	}
	for _, b := range silent {
		t.Errorf("%s. This change is incompatible with release %q. Undo it, or announce it in CHANGELOG.md under BREAKING CHANGES: "+
			"the line must start with \"* %s\" and contain `%s`", b, before.Release, b.Construct, b.Path)
	}
	if t.Failed() || !*write {
		return
	}
	text, err := json.MarshalIndent(after, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheFileIsOfTheLastRelease fails in a commit with a new release date and an outdated file.
func TestTheFileIsOfTheLastRelease(t *testing.T) {
	t.Parallel()
	if want := released.LastRelease(read(t, root, "CHANGELOG.md")); baseline(t).Release != want && !*write {
		t.Errorf("%s is of release %q, and the last release is %q: run make schema-released", file, baseline(t).Release, want)
	}
}

// TestEverythingIsRead compares the schemas read from the framework with the response to Terraform.
func TestEverythingIsRead(t *testing.T) {
	t.Parallel()
	all, err := provider.Server(provider.New("test"))().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, "")
	if len(all.EphemeralResourceSchemas)+len(all.StateStoreSchemas) > 0 {
		t.Error("the provider has kinds of constructs without a comparison")
	}
	expectBlock(t, "provider", s.Provider, all.Provider.Block)
	expectBlock(t, "provider_meta", s.ProviderMeta, all.ProviderMeta.Block)
	expectBlocks(t, s.Resources, all.ResourceSchemas)
	expectBlocks(t, s.DataSources, all.DataSourceSchemas)
	expectBlocks(t, s.Lists, all.ListResourceSchemas)
	actions := map[string]*tfprotov6.Schema{}
	for name, a := range all.ActionSchemas {
		actions[name] = a.Schema
	}
	expectBlocks(t, s.Actions, actions)
	if !slices.Equal(slices.Sorted(maps.Keys(s.Functions)), slices.Sorted(maps.Keys(all.Functions))) {
		t.Error("the functions differ")
	}
	for kind, c := range s.Resources {
		if len(c.Imports) < 3 || len(c.Identity) == 0 {
			t.Errorf("%s has %d imports and %d attributes of its identity", kind, len(c.Imports), len(c.Identity))
		}
	}
}

func expectBlocks(t *testing.T, read map[string]*released.Construct, all map[string]*tfprotov6.Schema) {
	t.Helper()
	if !slices.Equal(slices.Sorted(maps.Keys(read)), slices.Sorted(maps.Keys(all))) {
		t.Errorf("read %v of %v", slices.Sorted(maps.Keys(read)), slices.Sorted(maps.Keys(all)))
		return
	}
	for name, s := range all {
		expectBlock(t, name, read[name], s.Block)
	}
}

func expectBlock(t *testing.T, name string, c *released.Construct, block *tfprotov6.SchemaBlock) {
	t.Helper()
	if len(c.Attributes) != len(block.Attributes)+len(block.BlockTypes) {
		t.Errorf("%s: read %d of %d attributes", name, len(c.Attributes), len(block.Attributes)+len(block.BlockTypes))
	}
	expectAttributes(t, name, c.Attributes, block.Attributes)
}

func expectAttributes(t *testing.T, of string, read map[string]*released.Attribute, all []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, want := range all {
		path, got := of+"."+want.Name, read[want.Name]
		if got == nil {
			t.Errorf("%s was not read", path)
			continue
		}
		if got.Required != want.Required || got.Optional != want.Optional || got.Computed != want.Computed ||
			got.Sensitive != want.Sensitive {
			t.Errorf("%s was read as %+v", path, got)
		}
		if (want.NestedType != nil) != (got.Nesting != "") {
			t.Errorf("%s has the nesting %q", path, got.Nesting)
			continue
		}
		if want.NestedType != nil {
			expectAttributes(t, path, got.Attributes, want.NestedType.Attributes)
		}
	}
}
