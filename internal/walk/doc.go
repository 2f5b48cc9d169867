// Package walk is the memory of one provider process for the current Terraform walk: the resource
// of each object, and the planned changes of attestors, keys, attestations, bindings, grants and
// policies. It makes no call and decides nothing.
//
// The memory can save a call or add a finding. It is no reason to skip a write or to hide an error.
// The one exception is a delete: if a create has just taken over the object, the resource that had
// it before does not delete it. The instances of both resources, random texts in their private
// states, prove this.
//
// Two resources can contradict each other, for example a list of keys and a resource for one key of
// the same attestor. The resource planned second reports it, so the order makes no difference.
//
// # Where a walk begins
//
// A process can serve many walks: all runs of a terraform test file, or an editor session of
// several days. A walk reads and plans each object of the state once, and reads nothing after its
// first write. So a second read or plan of an object, and a read after a write, begin a new walk
// and clear the memory.
//
// One case cannot be detected: two runs of a test file that only plan on an empty state, with
// different objects or with unknown values in each configuration. Their plans count as one walk.
package walk
