package lifecycle

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// AttributeError is an error of an operation with its attribute.
type AttributeError struct {
	Path path.Path
	Err  error
}

func (e *AttributeError) Error() string { return e.Err.Error() }
func (e *AttributeError) Unwrap() error { return e.Err }

// ManyErrors are several errors of an operation, each reported separately.
type ManyErrors []error

func (s ManyErrors) Error() string   { return errors.Join(s...).Error() }
func (s ManyErrors) Unwrap() []error { return s }

// fail reports an error. The summary is fixed for a verb and a noun, so users can search for it.
// The detail has the object, Google's message and the request id, and ends with the remedy.
func (r *Resource[M]) fail(verb, name string, err error, diags *diag.Diagnostics) {
	remedy := ""
	if verb == "create" && gcp.IsKind(err, gcp.KindExists) {
		remedy = fmt.Sprintf("To manage the existing object, import it:\n\n  import {\n    to = binauthz_%s.NAME\n    id = %q\n  }",
			r.Noun, name)
	}
	report("Cannot "+verb+" "+r.words(), name, err, remedy, diags)
}

// Report reports an error outside the operations of a resource in the same format.
func Report(summary, name string, err error, diags *diag.Diagnostics) {
	report(summary, name, err, "", diags)
}

func report(summary, name string, err error, remedy string, diags *diag.Diagnostics) {
	if several, ok := errors.AsType[ManyErrors](err); ok {
		for _, each := range several {
			report(summary, name, each, remedy, diags)
		}
		return
	}
	detail := describe(name, err, remedy)
	if at, ok := errors.AsType[*AttributeError](err); ok {
		diags.AddAttributeError(at.Path, summary, detail)
		return
	}
	diags.AddError(summary, detail)
}

// Words is the text of an error in a diagnostic, with the remedy, for use in a warning.
func Words(err error) string { return describe("", err, "") }

func describe(name string, err error, remedy string) string {
	var lines []string
	if e, ok := errors.AsType[*gcp.Error](err); !ok {
		lines = append(lines, name+": "+err.Error())
	} else {
		if e.Resource != "" {
			name = e.Resource
		}
		lines = append(lines, strings.TrimPrefix(fmt.Sprintf("%s: %s", name, e), ": "))
		if e.RequestID != "" {
			lines = append(lines, "Request id: "+e.RequestID)
		}
		if remedy == "" {
			remedy = e.Remedy
		}
	}
	if remedy != "" {
		lines = append(lines, "", remedy)
	}
	return strings.Join(lines, "\n")
}

// About appends the object to the summary of a warning. Of warnings with the same summary,
// Terraform shows only the first and the number of the others:
// https://github.com/hashicorp/terraform/blob/main/internal/tfdiags/consolidate_warnings.go.
func About(summary, what string) string {
	if what == "" {
		return summary // not known yet
	}
	return summary + " (" + what + ")"
}
