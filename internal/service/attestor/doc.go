// Package attestor is the resources binauthz_attestor and binauthz_attestor_key, and their data
// sources: an attestor and its public keys.
//
// # Keys
//
// The keys are a list, because the computed attributes of a key belong to its place in the
// configuration. They are compared as a set: any key can verify, so their order means nothing.
// Other collections without an order are sets. Every difference in id, comment, text or algorithm
// shows in the plan, except the equal forms of package attest. A short note name means a note in
// the attestor's project. Another note, name or project replaces the attestor, because the API
// cannot change them in place.
//
// Without public_keys, the keys are not managed by this resource; [] means no keys (managed.go).
// Then each binauthz_attestor_key owns one key. Its pending changes become one guarded write
// (package gcp). The id identifies the key: another id replaces it. Another text or comment is an
// in-place update (key_edit.go). A list and a single key of the same attestor are refused, at the
// resource planned second.
//
// # Cloud KMS
//
// A key version never changes. So its public key is stored in private state and not read again
// (kms_keys.go). A different key under the name of a version shows as drift. A plan looks up
// unknown versions (plan_kms.go) and compares them with a pkix next to them. A missing version is
// an error: a version created in the same apply has an unknown name. Without permission, the check
// waits for the apply, and the plan warns.
//
// # Writes
//
// An update carries the etag from the refresh, kept in private state. Without one, the live
// attestor is compared with the state first. On a conflict nothing is written, and the error names
// the difference (conflict.go).
//
// # Warnings of a plan
//
//   - The attestor has no keys, or loses its last one (plan_keyless.go). This is never an error: a
//     stolen key must be removable at once.
//   - A key that leaves still verifies attestations (plan_rotation.go), or the attestor that leaves
//     does (plan_leave.go).
//   - A key is useless: expired, revoked or unfit for its algorithm. The warning starts 30 days
//     before the expiry and comes with every plan (plan_useless.go).
//   - The note does not exist, and no resource of this provider configuration creates it
//     (plan_note.go).
package attestor
