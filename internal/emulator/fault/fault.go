// Package fault describes the faults between a client and an emulated API: an error instead of an
// answer, an answer lost after the work, a dropped connection, no answer, or a slow one.
package fault

import "time"

// Forever as a Fault's Count makes it strike every matching call.
const Forever = -1

// Fault is one fault of one method. The zero Count strikes once.
type Fault struct {
	// Method is a full gRPC method name without leading slash
	// ("google.container.v1.ClusterManager/UpdateCluster"), its last element ("UpdateCluster"), or
	// "*" for every method. A REST call has the name of its gRPC method.
	Method string
	// Kind is the effect. See Kinds.
	Kind Kind
	// Count is the number of matching calls to strike: 0 means 1, Forever means all.
	Count int
	// After is the number of matching calls that pass first.
	After int
	// Retry, if positive, is the delay in the google.rpc.RetryInfo of the error's details.
	Retry time.Duration
	// Permission replaces the method's own permission in a permission_denied, for a method with
	// several.
	Permission string
	// Constraint is the constraint of an org_policy and required there:
	// "custom.requireAttestation", with or without Google's prefix. Description is its description,
	// repeated in the error; it must not contain a comma.
	Constraint, Description string
}

// times is Count with its zero value resolved.
func (f Fault) times() int {
	if f.Count == 0 {
		return 1
	}
	return f.Count
}
