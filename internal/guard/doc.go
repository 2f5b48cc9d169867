// Package guard connects resources with package judge. It collects the evidence for a judgement
// from Google and from the same plan, and turns findings into diagnostics.
//
// # Plan and apply
//
// A plan is judged with the changes planned for attestors, keys and attestations. An apply does not
// trust the plan: before each write it judges again, with Google's current answers alone. A part is
// checked together with the other edits of the same write (CheckEdit), a whole policy by itself
// (Check). A refused edit is not written; the others are.
//
// # Whole or in parts
//
// A policy has one owner, binauthz_policy, or several, binauthz_policy_rule and
// binauthz_policy_allowlist_pattern. A plan warns of both in one project. It is an error if the plan
// destroys one of them and keeps or creates another: the destroy would remove what the other has.
// Each provider configuration, and so each alias, is a process of its own. The plan cannot detect
// owners in two processes.
//
// # Destroy
//
// A destroy of a policy or a default rule restores the earlier one. A lock-out by the restored rule
// is a warning. It is an error if the rule requires an attestor destroyed by the same plan, unless
// the user has acknowledged it. If the service refuses to restore, the error names the missing
// attestors (Unrestorable).
//
// # Attestors and keys
//
// An expired, revoked or unfit key does not count. If an attestor loses its last key, or is
// destroyed, the warning lists the blocked rules. It is no error, because a stolen key must be
// removable at once. It is an error if an image of must_admit loses its attestation by it, or if a
// destroy in the same plan restores a blocked rule. Only rules of the attestor's own project and of
// projects in the same plan are checked.
//
// The key that signs an attestation is looked up during the plan (key.go). A missing key version is
// an error. Without permission to read it, the apply decides.
//
// # Evidence
//
// An unreadable page, log entry or pod is an error, never an empty answer. A list cut at its limit
// says so (complete).
//
// The codes of lock-outs and weakenings never change: pipelines search for them.
package guard
