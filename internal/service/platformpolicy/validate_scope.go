package platformpolicy

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// scope is the scope of a check set, empty for everything else.
type scope struct{ namespace, account string }

// scopeOf reads a scope; known is false while it is unknown.
func scopeOf(set attr.Value) (s scope, known bool) {
	of := attribute(set, "scope")
	namespace, account := attribute(of, "kubernetes_namespace"), attribute(of, "kubernetes_service_account")
	if isUnknown(set) || isUnknown(of) || isUnknown(namespace) || isUnknown(account) {
		return s, false
	}
	return scope{text(namespace), text(account)}, true
}

// wider are the scopes that also match the pods of a scope, without the scope itself.
func (s scope) wider() []scope {
	switch {
	case s.account != "":
		namespace, _, _ := strings.Cut(s.account, ":")
		return []scope{{namespace: namespace}, {}}
	case s.namespace != "":
		return []scope{{}}
	}
	return nil
}

func (s scope) String() string {
	switch {
	case s.account != "":
		return "service account " + s.account
	case s.namespace != "":
		return "namespace " + s.namespace
	}
	return "everything else"
}

// validateScopes checks the order required by the service: a check set comes before every check set
// that also matches its pods, and the last one has no scope
// (google.cloud.binaryauthorization.v1.GkePolicy.check_sets).
func validateScopes(sets []attr.Value, at path.Path, diags *diag.Diagnostics) {
	seen := map[scope]int{}
	for i, set := range sets {
		here := at.AtListIndex(i).AtName("scope")
		s, known := scopeOf(set)
		if !known {
			continue
		}
		if bad := badScope(set, s); bad != "" {
			diags.AddAttributeError(here, "Invalid scope", bad)
			continue
		}
		if first, twice := seen[s]; twice {
			diags.AddAttributeError(here, "Duplicate scope", fmt.Sprintf("Check sets %d and %d are both for %s. Google would "+
				"evaluate only the first: combine them.", first+1, i+1, s))
			continue
		}
		seen[s] = i
		for _, other := range s.wider() {
			if first, before := seen[other]; before {
				diags.AddAttributeError(here, "Check sets in the wrong order", fmt.Sprintf("Check set %d for %s follows check set %d for "+
					"%s, which matches the same pods. Google evaluates only the first: put check set %d before it.",
					i+1, s, first+1, other, i+1))
				break
			}
		}
	}
	validateLast(sets, at, diags)
}

// validateLast requires a last check set without a scope.
func validateLast(sets []attr.Value, at path.Path, diags *diag.Diagnostics) {
	if len(sets) == 0 {
		return
	}
	if s, known := scopeOf(sets[len(sets)-1]); known && s != (scope{}) {
		diags.AddAttributeError(at.AtListIndex(len(sets)-1).AtName("scope"), "Last check set has a scope",
			"The last check set must have no scope: it is for everything else. To allow everything there, add a set without checks. "+
				"To allow nothing, add one with always_deny.")
	}
}

func badScope(set attr.Value, s scope) string {
	if isNull(attribute(set, "scope")) {
		return ""
	}
	switch {
	case s.namespace != "" && s.account != "":
		return "Set kubernetes_namespace or kubernetes_service_account, not both: a service account contains its namespace."
	case s.namespace == "" && s.account == "":
		return "A scope needs kubernetes_namespace or kubernetes_service_account. For a check set for everything else, omit scope."
	}
	return ""
}
