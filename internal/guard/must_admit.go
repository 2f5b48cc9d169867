package guard

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

const fieldMustAdmit = "must_admit"

// MustAdmit are the images of the attribute must_admit, each in a copy of request.
func MustAdmit(list types.List, request admission.Request) (all Requirements) {
	at := admission.Path{Field: fieldMustAdmit, Index: -1}
	if list.IsUnknown() {
		all.Add(at, request, false)
	}
	for i, element := range list.Elements() {
		image, ok := element.(types.String)
		request.Image, at.Index = image.ValueString(), i
		all.Add(at, request, ok && !image.IsUnknown())
	}
	return all
}

// ListPath is the attribute path of a list element, or of the list for a negative index.
func ListPath(p admission.Path) path.Path {
	if p.Index < 0 {
		return path.Root(p.Field)
	}
	return path.Root(p.Field).AtListIndex(p.Index)
}

// IsRequirement reports whether an admission path leads to must_admit.
func IsRequirement(p admission.Path) bool { return p.Field == fieldMustAdmit }
