package released

import (
	"context"
	"maps"
	"slices"
)

// CompareImports imports every id and identity of a release with this source. Each must mean the
// same object as before.
func CompareImports(ctx context.Context, before *Schema, now *Importer) []Break {
	c := &comparison{}
	for _, kind := range slices.Sorted(maps.Keys(before.Resources)) {
		if now.schemas[kind] == nil {
			continue // Compare reports the removal
		}
		c.construct = "resource/" + kind
		for _, i := range before.Resources[kind].Imports {
			c.imports(ctx, kind, i, now)
		}
	}
	return c.found
}

func (c *comparison) imports(ctx context.Context, kind string, i *Import, now *Importer) {
	path, what := "id", "the id "+i.ID
	if i.ID == "" {
		path, what = "identity", "an identity"
	}
	attributes, err := now.Import(ctx, kind, i.ID, i.Identity)
	if err != nil {
		c.add(path, "can no longer be imported by %s: %s", what, err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(i.Attributes)) {
		if attributes[name] != i.Attributes[name] {
			c.add(path, "reads %s as %s = %q, and read %q", what, name, attributes[name], i.Attributes[name])
		}
	}
}
