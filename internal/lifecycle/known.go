package lifecycle

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// KnownElements reports whether the set, its elements and their attributes are all known.
func KnownElements(set types.Set) bool {
	for _, element := range set.Elements() {
		object, nested := element.(types.Object)
		if element.IsUnknown() || (nested && slices.ContainsFunc(slices.Collect(maps.Values(object.Attributes())), attr.Value.IsUnknown)) {
			return false
		}
	}
	return !set.IsUnknown()
}
