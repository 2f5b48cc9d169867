package policy

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/guard"
)

// attributePath is the attribute of an admission path.
func attributePath(p admission.Path) path.Path {
	if guard.IsRequirement(p) || p.Field == fieldMustAdmitIn {
		return guard.ListPath(p)
	}
	return pathIn(path.Root(p.Field), p)
}

// pathIn is the attribute of an admission path below at, the attribute of its field.
func pathIn(at path.Path, p admission.Path) path.Path {
	if p.Field == admission.FieldPatterns {
		if p.Index >= 0 {
			return at.AtSetValue(types.StringValue(p.Value))
		}
		return at
	}
	if p.Key != "" {
		at = at.AtMapKey(p.Key)
	}
	if p.Attribute != "" {
		at = at.AtName(p.Attribute)
	}
	return at
}
