// Package attestation is the resource binauthz_attestation, its data sources and the action
// binauthz_sign_attestation: a signed statement of an attestor about one image.
//
// # Identity
//
// An attestation never changes. Another image, attestor, project or key replaces it. Absent
// payload, key id and signature keep their values in the state (changed in same.go). If the
// attestation also has a signature of the newly configured key, the state shows that signature and
// nothing is replaced (other_signature.go).
//
// # Keys
//
// A Cloud KMS key is found among the attestor's keys by its public key, not by its id (key.go). The
// plan uses looked-up values only to refuse. It does not plan them: Terraform plans again during
// the apply and would report a difference.
//
// # Create
//
// attestImage in sign.go serves the resource and the action:
//
//   - It adopts an existing attestation with the same note, image and payload and a valid signature
//     of the key (adopt.go).
//   - Otherwise it signs, verifies with the attestor's keys, and writes. Two sends make one
//     attestation, because the service refuses a second one (CreateAttestation in package gcp).
//   - Then the service validates the attestation. An attestation refused there is deleted again.
//
// A delete leaves an attestation taken over by another resource in the same apply.
//
// # Read
//
// All signatures of an attestation count. If none verifies any more, because a key has left the
// attestor or has expired, the attestation stays in the state and every read warns (verifiable.go).
package attestation
