// Package policy is the resource binauthz_policy, the owner of a whole project policy, and the data
// sources that read and evaluate policies.
//
// # Plan
//
// Lock-outs, weakenings and refused images are found by package judge. A lock-out is an error
// unless acknowledge_lockout is set; a weakening is a warning, also by a destroy. An absent
// global_policy_evaluation_mode keeps the current mode: Google may have switched it on, and to
// switch it off could stop GKE's own images.
//
// # Create
//
// A create never replaces a policy without notice: it requires Google's default policy or
// adopt_existing. The attribute takes_over shows the adopted policy. Terraform plans once more
// before the create and compares the value with the approved plan.
//
// # Writes and destroy
//
// The policy is written as a whole with the etag from the refresh. The etag is an attribute, so a
// saved plan contains it. A conflict writes nothing and names the difference. Without an etag,
// after a moved block without a read, the live policy is compared with the state first (pinned.go).
//
// The earlier policy is stored in private state under "before" for deletion_policy = "RESTORE". A
// moved policy that was never read has none, so its destroy leaves the policy unchanged.
package policy
