package platformpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// optional is a text that is empty if it is absent.
func optional(text string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: text, Validators: checks}
}

// set is a set of texts that is empty if it is absent.
func set(text string, checks ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, MarkdownDescription: text,
		Validators: []validator.Set{setvalidator.ValueStringsAre(checks...)},
	}
}

// required is a set of texts that has to have one at least.
func required(text string, checks ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Required: true, ElementType: types.StringType, MarkdownDescription: text,
		Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(checks...)},
	}
}

// nested is a list of objects that has to have one at least.
func nested(text string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Required: true, MarkdownDescription: text, Validators: []validator.List{listvalidator.SizeAtLeast(1)},
		NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// patterns is an allowlist. The API wraps it in an object whose only field is the list, which is left out here.
func patterns(text string) schema.SetAttribute {
	return set(text+", by name: `NAME` (with any tag or digest), `PREFIX*` (no slash in the rest), `PREFIX/**`, `NAME:TAG`, "+
		"`NAME:TAGPREFIX*`, `NAME@DIGEST` or `NAME:TAG@DIGEST`. "+
		"These are not the patterns of `binauthz_policy`: there, a name stands for itself alone.",
		check("Invalid pattern", conformance.CheckPattern))
}

// maxProjects is how many projects a check may look into (https://cloud.google.com/binary-authorization/quotas).
const maxProjects = 10

func projects(what string, need bool) schema.SetAttribute {
	a := set("Projects "+what+": `projects/PROJECT_ID`, by id and not by number, 10 at most.",
		check("Invalid project", conformance.CheckProject))
	a.Validators = append(a.Validators, setvalidator.SizeAtMost(maxProjects))
	if a.Required = need; need {
		a.Optional, a.Computed = false, false
		a.Validators = append(a.Validators, setvalidator.SizeAtLeast(1))
	}
	return a
}

// check is a validator that refuses what a function has to object to. An empty attribute is one that is not given; an empty element of a
// set is refused like any other.
func check(summary string, of func(string) error) validator.String {
	return stringCheck{summary, of, true}
}

// key is check for an attribute in which an empty text is a mistake.
func key(of func(string) error) validator.String { return stringCheck{"Invalid public key", of, false} }

type stringCheck struct {
	summary  string
	of       func(string) error
	mayBeOff bool
}

func (c stringCheck) Description(context.Context) string { return c.summary }

func (c stringCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

func (c stringCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	last, _ := req.Path.Steps().LastStep()
	_, inSet := last.(path.PathStepElementKeyValue)
	text := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || text == "" && !inSet && c.mayBeOff {
		return
	}
	if err := c.of(text); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, err.Error()+".")
	}
}
