package note

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

func plan(ctx context.Context, c *change) {
	lifecycle.PlanNamed(c, named)
	c.Model.takeAbsentForEmpty(c.Config)
	if c.Prior != nil && len(c.Replace) == 0 && c.Model.ID.Equal(c.Prior.ID) && known(c.Model) &&
		proto.Equal(c.Model.toAPI(ctx), c.Prior.toAPI(ctx)) {
		c.KeepPrior()
		return
	}
	c.Model.UpdateTime = types.StringUnknown()
}

// takeAbsentForEmpty plans absent values as empty, because the API does not distinguish the two.
func (m *model) takeAbsentForEmpty(config *model) {
	m.ShortDescription, m.LongDescription = orEmpty(config.ShortDescription), orEmpty(config.LongDescription)
	m.ExpirationTime = config.ExpirationTime
	if m.RelatedNoteNames = config.RelatedNoteNames; m.RelatedNoteNames.IsNull() {
		m.RelatedNoteNames = types.SetValueMust(types.StringType, nil)
	}
	if m.RelatedURL = config.RelatedURL; !m.RelatedURL.IsUnknown() {
		m.RelatedURL = types.SetValueMust(relatedURLType, labeled(config.RelatedURL.Elements()))
	}
}

// labeled adds an empty label to links without one.
func labeled(links []attr.Value) []attr.Value {
	all := []attr.Value{}
	for _, link := range links {
		if object, ok := link.(types.Object); ok && !object.IsUnknown() && object.Attributes()["label"].IsNull() {
			link = types.ObjectValueMust(relatedURLType.AttrTypes, map[string]attr.Value{
				"url": object.Attributes()["url"], "label": types.StringValue(""),
			})
		}
		all = append(all, link)
	}
	return all
}

func orEmpty(config types.String) types.String {
	if config.IsNull() {
		return types.StringValue("")
	}
	return config
}

// known reports whether all user-set values are known.
func known(m *model) bool {
	for _, v := range []attr.Value{m.HumanReadableName, m.ShortDescription, m.LongDescription, m.ExpirationTime} {
		if v.IsUnknown() {
			return false
		}
	}
	return lifecycle.KnownElements(m.RelatedNoteNames) && lifecycle.KnownElements(m.RelatedURL)
}
