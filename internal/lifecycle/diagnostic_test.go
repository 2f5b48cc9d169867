package lifecycle

import (
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// TestWordsWithoutAnObject: errors of credentials belong to no object, so their text begins with
// the kind.
func TestWordsWithoutAnObject(t *testing.T) {
	t.Parallel()
	if got := Words(&gcp.Error{Kind: gcp.KindUnauthenticated, Message: "no credentials"}); got != "not authenticated: no credentials" {
		t.Errorf("%q", got)
	}
}

// TestManyErrors: each of several errors is a diagnostic at its own attribute.
func TestManyErrors(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	Report("Cannot do it", "it", ManyErrors{
		&AttributeError{Path: path.Root("a"), Err: errors.New("one")},
		&AttributeError{Path: path.Root("b"), Err: &gcp.Error{Kind: gcp.KindDenied, Message: "two", Remedy: "Ask."}},
		errors.New("three"),
	}, &diags)
	var want diag.Diagnostics
	want.AddAttributeError(path.Root("a"), "Cannot do it", "it: one")
	want.AddAttributeError(path.Root("b"), "Cannot do it", "it: permission denied: two\n\nAsk.")
	want.AddError("Cannot do it", "it: three")
	if !diags.Equal(want) {
		t.Errorf("%v", diags)
	}
}
