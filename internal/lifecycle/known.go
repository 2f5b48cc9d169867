package lifecycle

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// KnownElements says that neither the set nor an element of it, nor an attribute of an element, is left to be known.
func KnownElements(set types.Set) bool {
	for _, element := range set.Elements() {
		object, nested := element.(types.Object)
		if element.IsUnknown() || (nested && slices.ContainsFunc(slices.Collect(maps.Values(object.Attributes())), attr.Value.IsUnknown)) {
			return false
		}
	}
	return !set.IsUnknown()
}
