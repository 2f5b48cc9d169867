package platformpolicy

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var root = path.Root("gke_policy")

// validate refuses what single attributes do not show.
func validate(ctx context.Context, c *change) {
	at := root.AtName("check_sets")
	sets := elements(attribute(c.Config.GKEPolicy, "check_sets"))
	validateScopes(sets, at, c.Diags)
	for i, set := range sets {
		for j, check := range elements(attribute(set, "checks")) {
			validateKinds(check, at.AtListIndex(i).AtName("checks").AtListIndex(j), c.Diags)
		}
	}
	// Nothing is rewritten: this is the way to every key.
	_, err := rewrite(ctx, c.Config.GKEPolicy, root, func(key types.Object, at path.Path) (types.Object, error) {
		validateKey(key, at, c.Diags)
		return key, nil
	})
	if err != nil {
		c.Diags.AddAttributeError(root, "Invalid policy", err.Error())
	}
}

// scope is what a check set is for; both texts are empty for everything else.
type scope struct{ namespace, account string }

// scopeOf reads a scope; known is false while it is not known.
func scopeOf(set attr.Value) (s scope, known bool) {
	of := attribute(set, "scope")
	namespace, account := attribute(of, "kubernetes_namespace"), attribute(of, "kubernetes_service_account")
	if isUnknown(set) || isUnknown(of) || isUnknown(namespace) || isUnknown(account) {
		return s, false
	}
	return scope{text(namespace), text(account)}, true
}

func (s scope) specificity() int {
	switch {
	case s.account != "":
		return 2
	case s.namespace != "":
		return 1
	}
	return 0
}

func (s scope) String() string {
	switch s.specificity() {
	case 2:
		return "service account " + s.account
	case 1:
		return "namespace " + s.namespace
	}
	return "everything else"
}

// validateScopes wants the order that the service enforces: service accounts, then namespaces, then one set for everything else
// (google.cloud.binaryauthorization.v1.GkePolicy.check_sets).
func validateScopes(sets []attr.Value, at path.Path, diags *diag.Diagnostics) {
	last, seen := 2, map[scope]int{}
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
			diags.AddAttributeError(here, "Duplicate scope", fmt.Sprintf("Check sets %d and %d are both for %s. Only the first would ever be "+
				"evaluated: make one of them.", first+1, i+1, s))
			continue
		}
		seen[s] = i
		if s.specificity() > last {
			diags.AddAttributeError(here, "Check sets in the wrong order",
				fmt.Sprintf("The check set for %s comes after a less specific one. The service wants service accounts first, then namespaces, and "+
					"last the set without a scope.", s))
		}
		last = min(last, s.specificity())
	}
	if len(sets) == 0 {
		return
	}
	if s, known := scopeOf(sets[len(sets)-1]); known && s.specificity() > 0 {
		diags.AddAttributeError(at.AtListIndex(len(sets)-1).AtName("scope"), "Last check set has a scope",
			"The last check set has to be for everything else, without a scope. To check nothing there, add one without checks; to let nothing "+
				"pass, one with always_deny.")
	}
}

func badScope(set attr.Value, s scope) string {
	if isNull(attribute(set, "scope")) {
		return ""
	}
	switch {
	case s.namespace != "" && s.account != "":
		return "A scope is kubernetes_namespace or kubernetes_service_account, not both: a service account has its namespace in it."
	case s.namespace == "" && s.account == "":
		return "A scope needs kubernetes_namespace or kubernetes_service_account. For a check set that applies to everything else, leave scope " +
			"out."
	}
	return ""
}

// kinds are the attributes of a check of which exactly one says what it checks.
var kinds = []string{
	"always_deny", "image_freshness_check", "sigstore_signature_check", "simple_signing_attestation_check",
	"slsa_check", "trusted_directory_check", "vulnerability_check",
}

func validateKinds(check attr.Value, at path.Path, diags *diag.Diagnostics) {
	if isUnknown(check) {
		return
	}
	var given []string
	unknown := false
	for _, kind := range kinds {
		v := attribute(check, kind)
		flag, isFlag := v.(types.Bool)
		unknown = unknown || isUnknown(v)
		if !isNull(v) && !isUnknown(v) && (!isFlag || flag.ValueBool()) {
			given = append(given, kind)
		}
	}
	switch {
	case len(given) > 1:
		diags.AddAttributeError(at, "Invalid check", "A check is of exactly one kind; this one has "+
			strings.Join(given, " and ")+". All checks of a set count, so make one of each.")
	case len(given) == 0 && !unknown:
		diags.AddAttributeError(at, "Invalid check", "A check has to be of one kind: "+strings.Join(kinds, ", ")+".")
	}
}
