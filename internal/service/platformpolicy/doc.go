// Package platformpolicy is the resource binauthz_platform_policy and its data sources: check-based
// policies for the monitoring of GKE clusters (continuous validation, a Preview).
//
// # Monitoring only
//
// Google monitors with a platform policy and enforces nothing, so nothing about it is a lock-out. A
// weakening change or a destroy is a warning, and only while clusters of the project are bound to
// the policy (warn.go), or if that could not be checked. Clusters of other projects are not checked.
//
// # Values
//
// The attributes have the API's names, and a model becomes a message through JSON (document.go).
// There are two exceptions: an allowlist is its list of patterns, without the surrounding object,
// and kms_key_version does not exist in the API.
//
// conformance.Same decides about equality: equal forms of keys, algorithms and key lists as for
// attestors, an absent key id and the id computed by the service, and absent and empty values.
// Lists with a meaningful order (check sets, checks, rules) are compared in order. If state and
// service are the same, the state stays unchanged. An allowlist pattern differs from one of the
// project policy: a name without tag and digest matches any tag and digest (conformance.Pattern).
//
// A check set must come before every check set that also matches its pods: one for a service
// account before the one for its namespace, and both before the one without a scope.
//
// # Writes
//
// A replacement and a delete carry the etag of the state. On a conflict nothing is written, and the
// error names the difference (conflict.go).
package platformpolicy
