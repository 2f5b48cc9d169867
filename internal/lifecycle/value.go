package lifecycle

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Text is a text of the API as an attribute: an absent one is null.
func Text(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// Time is a time in RFC 3339, null if the API has none.
func Time(t *timestamppb.Timestamp) types.String {
	if t == nil {
		return types.StringNull()
	}
	return types.StringValue(t.AsTime().Format(time.RFC3339Nano))
}

// False is a flag with false for null, as after an import.
func False(b types.Bool) types.Bool { return types.BoolValue(b.ValueBool()) }

// nulls is an object with null attributes only.
func nulls(of tftypes.Type) tftypes.Value {
	all := map[string]tftypes.Value{}
	if object, ok := of.(tftypes.Object); ok {
		for name, t := range object.AttributeTypes {
			all[name] = tftypes.NewValue(t, nil)
		}
	}
	return tftypes.NewValue(of, all)
}
