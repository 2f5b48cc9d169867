package checkschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

// Optional is an optional text, computed as empty if it is absent.
func Optional(text string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: text, Validators: checks}
}

// Set is an optional set of texts, computed as empty if it is absent.
func Set(text string, checks ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, MarkdownDescription: text,
		Validators: []validator.Set{NoNulls{}, setvalidator.ValueStringsAre(checks...)},
	}
}

// maxProjects is the maximum number of projects in a check
// (https://cloud.google.com/binary-authorization/quotas).
const maxProjects = 10

// Projects is a set of projects in a check. need requires at least one.
func Projects(what string, need bool) schema.SetAttribute {
	a := Set("Projects "+what+": `projects/PROJECT_ID`, by id and not by number, at most 10.",
		Check("Invalid project", conformance.CheckProject))
	a.Validators = append(a.Validators, setvalidator.SizeAtMost(maxProjects))
	if a.Required = need; need {
		a.Optional, a.Computed = false, false
		a.Validators = append(a.Validators, setvalidator.SizeAtLeast(1))
	}
	return a
}

// Check returns a validator for a function. It skips an empty attribute, because this means unset,
// but not an empty element of a set.
func Check(summary string, of func(string) error) validator.String {
	return unlessUnset{CheckGiven(summary, of)}
}

// CheckGiven is Check for attributes that must not be empty.
func CheckGiven(summary string, of func(string) error) validator.String {
	return lifecycle.Check(summary, summary, func(text string) error {
		if err := of(text); err != nil {
			return fmt.Errorf("%w.", err)
		}
		return nil
	})
}

// unlessUnset skips empty attributes.
type unlessUnset struct{ validator.String }

func (v unlessUnset) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	last, _ := req.Path.Steps().LastStep()
	if _, inSet := last.(path.PathStepElementKeyValue); inSet || req.ConfigValue.ValueString() != "" {
		v.String.ValidateString(ctx, req, resp)
	}
}
