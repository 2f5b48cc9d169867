// Package admission holds the rules by which Binary Authorization lets an image run: which images a pattern exempts,
// which rule applies to a workload, what that rule says, and what a change of a policy opens or closes. It is pure: what has
// to be looked up, attestations and keys, comes in from the caller.
//
// The order of a decision is the documented one (https://cloud.google.com/binary-authorization/docs/key-concepts):
// Google's system policy when globalPolicyEvaluationMode is ENABLE, the project's allowlist, the most specific rule, the
// default rule. Break-glass is out of scope: it is a property of the Pod, not of the policy.
package admission
