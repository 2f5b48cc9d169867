package lifecycle

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// AttributeError is an error of an operation that belongs to one attribute.
type AttributeError struct {
	Path path.Path
	Err  error
}

func (e *AttributeError) Error() string { return e.Err.Error() }
func (e *AttributeError) Unwrap() error { return e.Err }

// fail reports an error. The summary never varies for a verb and a noun, so that it can be searched for; the detail has the
// object, Google's words and the request id; its last line says what to do.
func (r *Resource[M]) fail(verb, name string, err error, diags *diag.Diagnostics) {
	remedy := ""
	if verb == "create" && gcp.IsKind(err, gcp.KindExists) {
		remedy = fmt.Sprintf("To manage what is there, import it:\n\n  import {\n    to = binauthz_%s.NAME\n    id = %q\n  }", r.Noun, name)
	}
	report("Cannot "+verb+" "+r.words(), name, err, remedy, diags)
}

// Report reports an error as every operation does, for what is not an operation of a resource.
func Report(summary, name string, err error, diags *diag.Diagnostics) {
	report(summary, name, err, "", diags)
}

func report(summary, name string, err error, remedy string, diags *diag.Diagnostics) {
	detail := describe(name, err, remedy)
	if at, ok := errors.AsType[*AttributeError](err); ok {
		diags.AddAttributeError(at.Path, summary, detail)
		return
	}
	diags.AddError(summary, detail)
}

// Words is an error as a diagnostic says it, with what to do, for a warning that is about it.
func Words(err error) string { return describe("", err, "") }

func describe(name string, err error, remedy string) string {
	var lines []string
	if e, ok := errors.AsType[*gcp.Error](err); !ok {
		lines = append(lines, name+": "+err.Error())
	} else {
		if e.Resource != "" {
			name = e.Resource
		}
		lines = append(lines, fmt.Sprintf("%s: %s", name, e))
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

// About ends the summary of a warning with what it is about. Of warnings with the same summary, Terraform shows the first one and the
// number of the others only: https://github.com/hashicorp/terraform/blob/main/internal/tfdiags/consolidate_warnings.go.
func About(summary, what string) string {
	if what == "" {
		return summary // not known yet
	}
	return summary + " (" + what + ")"
}
