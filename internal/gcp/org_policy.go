package gcp

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// orgPolicyDenied is the start of the message of a write denied by a custom constraint of the
// organization. It continues with ["customConstraints/custom.NAME": "description", …]. No source
// documents its code. Source: https://cloud.google.com/binary-authorization/docs/custom-constraints
const orgPolicyDenied = "Operation denied by org policy"

// orgPolicyReason is the reason in the details of such an error, if it has details.
const orgPolicyReason = "CUSTOM_ORG_POLICY_VIOLATION"

// constraintPrefix begins the full name of a custom constraint.
const constraintPrefix = "customConstraints/"

// takeOrgPolicy recognizes a write denied by the organization, and adds the constraint and its
// description.
func (e *Error) takeOrgPolicy(reason string) {
	_, after, said := strings.Cut(e.Message, orgPolicyDenied)
	if !said && reason != orgPolicyReason {
		return
	}
	e.Kind = KindOrgPolicy
	constraints := parseConstraints(after)
	if len(constraints) == 0 {
		return
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(constraints)) {
		lines = append(lines, strings.TrimSuffix(strings.TrimPrefix(name, constraintPrefix)+": "+constraints[name], ": "))
	}
	e.Message = strings.Join(lines, "; ")
}

// parseConstraints reads the list. It is JSON except for its brackets: members of an object within
// those of an array.
func parseConstraints(text string) map[string]string {
	_, inner, ok := strings.Cut(text, "[")
	end := strings.LastIndexByte(inner, ']')
	if !ok || end < 0 {
		return nil
	}
	var constraints map[string]string
	if json.Unmarshal([]byte("{"+inner[:end]+"}"), &constraints) != nil {
		return nil
	}
	return constraints
}
