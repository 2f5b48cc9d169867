package platformpolicy

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// readAttributes returns the attributes of a read policy.
func readAttributes() map[string]schema.Attribute {
	all := computed(describe.Attributes)
	delete(all, "deletion_policy")
	delete(all, fieldMustConform)
	return all
}

// computed converts a resource's attributes to computed attributes of a data source.
func computed(of map[string]resource.Attribute) map[string]schema.Attribute {
	all := map[string]schema.Attribute{}
	for name, a := range of {
		text := a.GetMarkdownDescription()
		switch a := a.(type) {
		case resource.StringAttribute:
			all[name] = schema.StringAttribute{Computed: true, MarkdownDescription: text}
		case resource.BoolAttribute:
			all[name] = schema.BoolAttribute{Computed: true, MarkdownDescription: text}
		case resource.Int64Attribute:
			all[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: text}
		case resource.SetAttribute:
			all[name] = schema.SetAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: text}
		case resource.SingleNestedAttribute:
			all[name] = schema.SingleNestedAttribute{Computed: true, Attributes: computed(a.Attributes), MarkdownDescription: text}
		case resource.ListNestedAttribute:
			all[name] = schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: text,
				NestedObject: schema.NestedAttributeObject{Attributes: computed(a.NestedObject.Attributes)},
			}
		}
	}
	return all
}
