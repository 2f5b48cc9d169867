package gcp

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// orgPolicyDenied begins the message of a write that a custom constraint of the organization refuses. What follows is
// ["customConstraints/custom.NAME": "description", …]. No source says with which code it comes.
// Source: https://cloud.google.com/binary-authorization/docs/custom-constraints
const orgPolicyDenied = "Operation denied by org policy"

// orgPolicyReason is the reason of such an error where it has details.
const orgPolicyReason = "CUSTOM_ORG_POLICY_VIOLATION"

// constraintPrefix begins the full name of a custom constraint.
const constraintPrefix = "customConstraints/"

// takeOrgPolicy recognises a write that the organization forbids, and says which constraint does and what it is for.
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

// parseConstraints reads the list, which is JSON but for its brackets: an object's members in those of an array.
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
