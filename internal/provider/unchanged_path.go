package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// attributePath converts a path to the protocol's form. The protocol has no position for elements
// of a set, so the path ends before one.
func attributePath(p path.Path) *tftypes.AttributePath {
	at := tftypes.NewAttributePath()
	for _, step := range p.Steps() {
		switch s := step.(type) {
		case path.PathStepAttributeName:
			at = at.WithAttributeName(string(s))
		case path.PathStepElementKeyInt:
			at = at.WithElementKeyInt(int(s))
		case path.PathStepElementKeyString:
			at = at.WithElementKeyString(string(s))
		default:
			return at
		}
	}
	return at
}
