// Package fault describes what can go wrong between a client and an emulated API: an error instead of an answer, an answer that is
// lost after the server did the work, a dropped connection, silence, or slowness.
package fault

import "time"

// Forever as a Fault's Count makes it strike every matching call.
const Forever = -1

// Fault is one disturbance of one method. The zero Count strikes once.
type Fault struct {
	// Method is a full gRPC method name without leading slash ("google.container.v1.ClusterManager/UpdateCluster"), its last element
	// ("UpdateCluster"), or "*" for every method. REST calls have the method name of the gRPC method they stand for.
	Method string
	// Kind is what happens. See Kinds.
	Kind Kind
	// Count is how many matching calls are struck: 0 counts as 1, Forever as all.
	Count int
	// After is how many matching calls pass unharmed first.
	After int
	// Retry, when positive, is the delay that a google.rpc.RetryInfo in the error's details asks the client to keep.
	Retry time.Duration
	// Permission is the one that a permission_denied names instead of the method's own, for a method that asks for several.
	Permission string
	// Constraint is the one that an org_policy names, which needs one: "custom.requireAttestation", or with what Google puts in front of it.
	// Description is the constraint's own, which the error repeats; it has no comma.
	Constraint, Description string
}

// times is Count with its zero value resolved.
func (f Fault) times() int {
	if f.Count == 0 {
		return 1
	}
	return f.Count
}
