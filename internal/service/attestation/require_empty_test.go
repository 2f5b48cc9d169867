package attestation

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// TestRequiredRepositoriesAreNotEmpty: an empty set would trust every repository.
func TestRequiredRepositoriesAreNotEmpty(t *testing.T) {
	t.Parallel()
	patterns, ok := requiredRule()["trusted_source_repo_patterns"].(schema.SetAttribute)
	if !ok || patterns.ElementType == nil || len(patterns.Validators) < 2 {
		t.Fatalf("%+v", patterns)
	}
	last := patterns.Validators[len(patterns.Validators)-1]
	if got := last.Description(t.Context()); got != "set must contain at least 1 elements" {
		t.Error(got)
	}
}
