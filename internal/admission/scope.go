package admission

// Scope is the kind of thing a rule is for. Its text is the name of the API's field that holds such rules
// (google.cloud.binaryauthorization.v1.Policy).
type Scope string

// The default rule, and the four kinds of rules that have a key.
const (
	ScopeDefault        Scope = "default_admission_rule"                     // everything no other rule is for
	ScopeCluster        Scope = "cluster_admission_rules"                    // key: location.clusterId
	ScopeNamespace      Scope = "kubernetes_namespace_admission_rules"       // key: a namespace
	ScopeServiceAccount Scope = "kubernetes_service_account_admission_rules" // key: namespace:serviceaccount
	ScopeIstioIdentity  Scope = "istio_service_identity_admission_rules"     // key: [spiffe://]domain/ns/namespace/sa/account
)

// Scopes are the four kinds of rules that have a key, in the order the API lists them. A policy may use one of them.
func Scopes() []Scope {
	return []Scope{ScopeCluster, ScopeNamespace, ScopeServiceAccount, ScopeIstioIdentity}
}
