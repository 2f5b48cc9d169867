package admission

import (
	"fmt"
	"regexp"
	"strings"
)

// The forms of the keys of the rule maps (google.cloud.binaryauthorization.v1.Policy). A cluster of
// a fleet outside Google Cloud is location.membership. The id of a membership can begin with a
// digit and have 63 characters
// (https://cloud.google.com/binary-authorization/docs/setting-up-on-prem-clusters).
//
// The documented form for namespaces, [a-z.-]+, differs from Kubernetes: it has dots, not allowed
// in namespaces, and no digits, common in namespaces
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names). The
// service may refuse digits; this is unknown. They are accepted here: a refusal in the plan would
// make a rule for such a namespace impossible, but an apply refused by the service writes nothing.
var keyForms = map[Scope]struct {
	form func() *regexp.Regexp
	want string
}{
	ScopeCluster: {
		form(`^[a-z][a-z0-9-]*\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`),
		`location.clusterId, such as "us-central1.prod" or "us-central1-a.prod"`,
	},
	ScopeNamespace: {
		form(`^[a-z0-9.-]+$`),
		`a Kubernetes namespace, such as "payments"`,
	},
	ScopeServiceAccount: {
		form(`^[a-z0-9.-]+:[a-z0-9.-]+$`),
		`namespace:serviceaccount, such as "payments:default"`,
	},
	ScopeIstioIdentity: {
		form(`^(spiffe://)?[^/\s]+/ns/[a-z0-9.-]+/sa/[a-z0-9.-]+$`),
		`spiffe://domain/ns/namespace/sa/serviceaccount or the same without spiffe://`,
	},
}

// CheckKey returns an error if key is no valid key of a rule in scope. The default rule has no key.
func CheckKey(scope Scope, key string) error {
	f, ok := keyForms[scope]
	switch {
	case !ok && key == "":
		return nil
	case !ok:
		return fmt.Errorf("%s has no keys", scope)
	case !f.form().MatchString(key):
		return fmt.Errorf("%q is not a key of %s: want %s", key, scope, f.want)
	}
	return nil
}

// ClusterKey is the key of a rule for a cluster.
func ClusterKey(location, id string) string { return location + "." + id }

// ClusterOfKey returns the location and the id of the cluster of a key; ok is false for anything
// else.
func ClusterOfKey(key string) (location, id string, ok bool) { return strings.Cut(key, ".") }

const spiffe = "spiffe://"

// CanonicalKey is the same for equivalent keys: an Istio identity with and without spiffe:// is the
// same identity.
func CanonicalKey(scope Scope, key string) string {
	if scope == ScopeIstioIdentity {
		return strings.TrimPrefix(key, spiffe)
	}
	return key
}
