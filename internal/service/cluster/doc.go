// Package cluster is the resource binauthz_cluster_settings and its data sources: the Binary
// Authorization setting of a GKE cluster.
//
// # Bindings
//
// The setting is always written as a whole, with bindings. Without policy_bindings, the bindings
// are not managed here and stay. Then evaluation_mode only decides about the project's policy, so
// the plan stays empty when others bind the first or unbind the last platform policy. A mode that
// would remove existing bindings is refused (lost in target.go). With policy_bindings, the list is
// complete. Bindings added after the plan are kept: a create and an update refuse to remove them,
// and a destroy leaves them (unseen and end in target.go). The plan of a create shows the bindings
// it removes in takes_over, because private state of a plan does not reach the create. A list and a
// single binding of the same cluster are refused, at the resource planned second.
//
// # Operations
//
// Operations are remembered and resumed (package clusterop). Pending changes of one cluster are
// merged (package gcp).
//
// # Private state
//
// The earlier setting, from before the create or from the import, is stored under "before". A
// destroy with RESTORE returns to it, with its bindings if the applied configuration lists
// bindings. The applied list is stored under "listed_bindings". A destroy removes only these
// bindings.
//
// A plan warns if the cluster stops enforcing, also by a destroy.
package cluster
