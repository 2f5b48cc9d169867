// Package clusterop contains the common code of resources with long cluster operations: time
// limits, and an operation that is remembered until its end is known.
//
// The name of an operation is stored in private state before the wait. A read with a stored
// operation waits for it first (Resume). An operation that ended without an error is no proof, so
// the cluster is read afterwards.
//
// A create with an unknown end is a warning, not an error. An error would taint the resource, and
// the replacement would switch the cluster off and on.
package clusterop
