// Package clusterbinding is the resource binauthz_cluster_policy_binding: one platform policy bound
// to a GKE cluster, next to bindings of others.
//
// All pending changes of a cluster, settings and bindings, become one update (package gcp). Next to
// binauthz_cluster_settings with policy_bindings, the resource planned second is refused.
//
// Another policy is a change in place: one update removes the old binding and adds the new one. The
// policy of an update with an unknown end is stored in private state under "next". A name with the
// project's id counts for a binding with a project's number if no other binding can be meant.
// Otherwise a create and a destroy are refused, and a read keeps the state.
package clusterbinding
