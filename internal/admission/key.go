package admission

import (
	"fmt"
	"regexp"
	"strings"
)

// The forms of the keys of the rule maps (google.cloud.binaryauthorization.v1.Policy). A cluster of a fleet outside Google Cloud is
// location.membership, and the id of a membership may begin with a digit and have 63 characters
// (https://cloud.google.com/binary-authorization/docs/setting-up-on-prem-clusters). The form that is documented for namespaces, [a-z.-]+, is not
// theirs: it has dots, which no namespace has, and no digits, which many have
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names) and which nothing keeps out of the keys of service
// accounts. Whether the service refuses them is not known, so digits pass here: a plan that refused them would leave such a namespace without any
// rule, while an apply that the service refuses writes nothing and says why.
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

// CheckKey says why key cannot be the key of a rule in scope; the default rule has no key.
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

const spiffe = "spiffe://"

// CanonicalKey is the one text for keys that mean the same: an Istio identity counts the same with and without spiffe://.
func CanonicalKey(scope Scope, key string) string {
	if scope == ScopeIstioIdentity {
		return strings.TrimPrefix(key, spiffe)
	}
	return key
}
