package guard

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

// WarnOfPattern warns of an allowlist pattern that exempts no usual image, and suggests a better
// one.
func WarnOfPattern(diags *diag.Diagnostics, at path.Path, pattern string) {
	if advice, ok := admission.PatternAdvice(pattern); !ok && admission.CheckPattern(pattern) == nil {
		diags.AddAttributeWarning(at, about("Pattern exempts no usual image", pattern), advice)
	}
}
