// Package conformance is what check-based platform policies mean, without a call: the patterns in them, when two policies say the same,
// what differs, and what a change no longer asks of a pod.
//
// Google monitors by such a policy (continuous validation, a Preview) and does not enforce it.
package conformance
