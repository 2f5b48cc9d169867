package platformpolicy

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var root = path.Root("gke_policy")

// validate makes the checks across attributes.
func validate(ctx context.Context, c *change) {
	at := root.AtName("check_sets")
	sets := elements(attribute(c.Config.GKEPolicy, "check_sets"))
	validateScopes(sets, at, c.Diags)
	validateMustConform(c)
	for i, set := range sets {
		for j, check := range elements(attribute(set, "checks")) {
			validateKinds(check, at.AtListIndex(i).AtName("checks").AtListIndex(j), c.Diags)
		}
	}
	// The rewrite changes nothing. It only visits every key.
	_, err := rewrite(ctx, c.Config.GKEPolicy, root, func(key types.Object, at path.Path) (types.Object, error) {
		validateKey(key, at, c.Diags)
		return key, nil
	})
	if err != nil {
		c.Diags.AddAttributeError(root, "Invalid policy", err.Error())
	}
}

// kinds are the kinds of checks. A check has exactly one.
var kinds = []string{
	"always_deny", "image_freshness_check", "sigstore_signature_check", "simple_signing_attestation_check",
	"slsa_check", "trusted_directory_check", "vulnerability_check",
}

func validateKinds(check attr.Value, at path.Path, diags *diag.Diagnostics) {
	if isUnknown(check) || isNull(check) { // the schema refuses null
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
		diags.AddAttributeError(at, "Invalid check", "A check has exactly one kind, but this one has "+
			strings.Join(given, " and ")+". All checks of a set count, so write a check for each.")
	case len(given) == 0 && !unknown:
		diags.AddAttributeError(at, "Invalid check", "A check needs one kind: "+strings.Join(kinds, ", ")+".")
	}
}
