// Package conformance implements the semantics of check-based platform policies, without calls:
// patterns, equality of two policies, differences, weakenings by a change, and the evaluation of
// pods.
//
// Google uses such a policy for monitoring (continuous validation, a Preview) and does not enforce
// it.
//
// # Evaluation
//
// An Evaluator follows the service's procedure. An image in the policy's allowlist conforms.
// Otherwise the first check set with a matching scope applies: its allowlist first, then every
// check, each after its own allowlist. Non-conformance has precedence over an error. Evidence
// provides the input of the checks (occurrences, upload times, Sigstore signatures).
//
// A result is the set of all possible verdicts of the service (Possible). It has more than one if
// Google does not document the service's behavior or if evidence could not be read; a Doubt gives
// the reason. Doubts count as independent of each other. These points are not documented:
//   - whether an image without a registry means docker.io; the namespace and service account of a
//     pod that names none
//   - whether an image exactly as old as the limit is too old; the verdict of a check on an image
//     outside Artifact Registry, or missing there
//   - the projects used by a check without projects
//   - whether a signature must name the id of the verifying key. According to the field keyId it
//     must; according to key sets any key is enough
//   - whether a Sigstore signature may name another repository; whether bundles of Cosign 3 are
//     read
//   - whether an attestation counts if its resource names a tag beside the digest
//   - the trusted builder of a rule without one; which of several sources must be trusted; the
//     repository read from an address with dot segments, an escape or a user name; the variables
//     of custom constraints, and the verdict if their evaluation fails. The signature of a
//     provenance is not checked here: one on a note of Cloud Build counts as valid
//   - whether a scan counts if it is pending, in progress, no longer updated or on another note;
//     which of several scans counts; which of a vulnerability's severities counts; whether one
//     fixed package makes it fixable; the effect of a VEX statement
//   - whether the leading wildcard of a directory matches several sub-domains
package conformance
