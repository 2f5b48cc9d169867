package platformpolicy

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

// valued returns a value from the framework, with its diagnostics as an error.
func valued[V attr.Value](v V, diags diag.Diagnostics) (V, error) {
	if diags.HasError() {
		return v, fmt.Errorf("%s: %s", diags[0].Summary(), diags[0].Detail())
	}
	return v, nil
}

// document converts a value to JSON for the API. It returns nil for an absent, empty or unknown
// value.
func document(v attr.Value) any {
	switch v := v.(type) {
	case types.Object:
		return objectDocument(v)
	case types.List:
		return documents(v.Elements())
	case types.Set:
		return documents(v.Elements())
	case types.String:
		if v.ValueString() != "" {
			return v.ValueString()
		}
	case types.Bool:
		if v.ValueBool() {
			return true
		}
	case types.Int64:
		return v.ValueInt64()
	}
	return nil
}

func objectDocument(o types.Object) any {
	if o.IsNull() || o.IsUnknown() {
		return nil
	}
	all := map[string]any{}
	for name, child := range o.Attributes() {
		if d := document(child); d != nil && name != kmsKeyVersion {
			all[field(name)] = sent(name, d)
		}
	}
	return all
}

func documents(list []attr.Value) any {
	var all []any
	for _, element := range list {
		d := document(element)
		if _, isObject := element.(types.Object); isObject && d == nil {
			d = map[string]any{}
		}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

// sent converts a value to the API's spelling.
func sent(name string, d any) any {
	s, _ := d.(string)
	switch name {
	case allowlist:
		return map[string]any{allowPattern: d}
	case publicKeyPEM:
		return attest.Clean(s)
	case algorithm:
		if canonical, err := attest.ParseAlgorithm(s); err == nil {
			return string(canonical)
		}
	}
	return d
}
