package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// attributePath is a path as the protocol has it. The elements of a set cannot be named by a position: a path ends before one.
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
