package platformpolicy

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/checkschema"
	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// required is a set of at least one text.
func required(text string, checks ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Required: true, ElementType: types.StringType, MarkdownDescription: text,
		Validators: []validator.Set{checkschema.NoNulls{}, setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(checks...)},
	}
}

// nested is a list of at least one object.
func nested(text string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Required: true, MarkdownDescription: text, Validators: []validator.List{checkschema.NoNulls{}, listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// patterns is an allowlist. The schema omits the API's object around the list.
func patterns(text string) schema.SetAttribute {
	return checkschema.Set(text+", by name: `NAME` (with any tag or digest), `PREFIX*` (no slash in the rest), `PREFIX/**`, "+
		"`NAME:TAG`, `NAME:TAGPREFIX*`, `NAME@DIGEST` or `NAME:TAG@DIGEST`. In the patterns of `binauthz_policy`, a name without "+
		"tag and digest matches only itself.",
		checkschema.Check("Invalid pattern", conformance.CheckPattern))
}
