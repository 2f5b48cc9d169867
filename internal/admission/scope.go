package admission

// Scope is the kind of a rule. Its text is the name of the API's field with such rules
// (google.cloud.binaryauthorization.v1.Policy).
type Scope string

// The default rule, and the four kinds of rules with a key.
const (
	ScopeDefault        Scope = "default_admission_rule"                     // all workloads without another rule
	ScopeCluster        Scope = "cluster_admission_rules"                    // key: location.clusterId
	ScopeNamespace      Scope = "kubernetes_namespace_admission_rules"       // key: a namespace
	ScopeServiceAccount Scope = "kubernetes_service_account_admission_rules" // key: namespace:serviceaccount
	ScopeIstioIdentity  Scope = "istio_service_identity_admission_rules"     // key: [spiffe://]domain/ns/namespace/sa/account
)

// Scopes are the four kinds of rules with a key, in the order of the API. A policy may use one of
// them.
func Scopes() []Scope {
	return []Scope{ScopeCluster, ScopeNamespace, ScopeServiceAccount, ScopeIstioIdentity}
}
