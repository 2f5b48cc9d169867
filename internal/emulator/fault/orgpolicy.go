package fault

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
)

var constraintName = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

// checkConstraint refuses an organization policy without a constraint, and a constraint on any
// other fault.
func (f Fault) checkConstraint() error {
	switch {
	case f.Kind.bare() != OrgPolicy && (f.Constraint != "" || f.Description != ""):
		return fmt.Errorf("%s names no constraint: want org_policy", f.Kind)
	case f.Kind.bare() != OrgPolicy:
		return nil
	case f.Kind.Late():
		return errors.New("an organization policy denies a write before the work is done")
	case !constraintName.MatchString(f.Constraint):
		return fmt.Errorf("%q is no constraint: want org_policy,constraint=custom.NAME", f.Constraint)
	case f.Method != "*" && !writes(f.Method):
		return fmt.Errorf("%s writes nothing that an organization policy could deny", f.Method)
	case strings.ContainsAny(f.Description, ",\n"):
		return fmt.Errorf("the description %q has a comma or a line break", f.Description)
	}
	return nil
}

// writes reports whether constraints apply to a method: CREATE or UPDATE.
func writes(method string) bool {
	name := method[strings.LastIndex(method, "/")+1:]
	return slices.ContainsFunc([]string{"Create", "BatchCreate", "Update", "Replace", "Set"}, func(verb string) bool {
		return strings.HasPrefix(name, verb)
	})
}

// constraint is the full name of the constraint.
func (f Fault) constraint() string {
	switch {
	case strings.Contains(f.Constraint, "/"):
		return f.Constraint
	case strings.HasPrefix(f.Constraint, "custom."):
		return "customConstraints/" + f.Constraint
	}
	return "constraints/" + f.Constraint
}

// orgPolicyMessage is Binary Authorization's text for a write denied by an organization policy.
// Other services have other texts:
// https://cloud.google.com/binary-authorization/docs/binary-authorization-custom-constraints.
func (f Fault) orgPolicyMessage() string {
	description := f.Description
	if description == "" {
		description = "The organization does not allow this."
	}
	return fmt.Sprintf("Operation denied by org policy: [%q: %q].", f.constraint(), description)
}

// orgPolicyInfo is the error detail seen with that message in another service:
// https://cloud.google.com/storage-transfer/docs/custom-constraints.
func (f Fault) orgPolicyInfo() *errdetails.ErrorInfo {
	return &errdetails.ErrorInfo{
		Reason: "CUSTOM_ORG_POLICY_VIOLATION", Domain: "iam.googleapis.com",
		Metadata: map[string]string{"customConstraints": f.constraint()},
	}
}
