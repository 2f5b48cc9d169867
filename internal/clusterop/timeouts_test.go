package clusterop

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestALimitOfNoTimeIsRefusedAtItsAttribute(t *testing.T) {
	t.Parallel()
	block := Limits().(schema.SingleNestedBlock)
	for text, wrong := range map[string]bool{"0s": true, "0": true, "-1h": true, "1ns": false, "45m": false} {
		for name := range block.Attributes {
			values, kinds := map[string]attr.Value{}, map[string]attr.Type{}
			for other := range block.Attributes {
				values[other], kinds[other] = types.StringNull(), types.StringType
			}
			values[name] = types.StringValue(text)
			var resp validator.ObjectResponse
			for _, v := range block.Validators {
				v.ValidateObject(t.Context(), validator.ObjectRequest{
					Path:        path.Root("timeouts"),
					ConfigValue: types.ObjectValueMust(kinds, values),
				}, &resp)
			}
			if resp.Diagnostics.HasError() != wrong {
				t.Errorf("%s = %q: %v", name, text, resp.Diagnostics)
			}
			for _, d := range resp.Diagnostics {
				if at, ok := d.(interface{ Path() path.Path }); !ok || !at.Path().Equal(path.Root("timeouts").AtName(name)) {
					t.Errorf("%s: the error is elsewhere: %v", name, d)
				}
			}
		}
	}
}
