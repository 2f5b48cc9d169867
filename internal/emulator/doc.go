// Package emulator is Google's APIs as Binary Authorization needs them, in memory, on one port: Binary Authorization, GKE, Container Analysis
// and Cloud KMS signing keys, with their IAM policies. It serves Google's own clients of any language and needs no account.
//
// # What it promises
//
//   - gRPC and REST lead to the same state. REST has the paths, the JSON, the system parameters and the error bodies of Google's APIs,
//     with the legacy zonal paths of GKE and with enums by name or by number, as the client asks.
//   - Defaults, output-only fields, etags, paging, error codes and texts are those that Google documents or that recordings of the
//     services show. Keys and signatures are real, and really verified.
//   - Every call is treated in the same order: it is counted, held up by the latency, measured against the quota, struck by a fault that
//     comes before the work, handled, and struck by a fault that comes after the work (see package fault).
//   - Authorization and x-goog-user-project are accepted and ignored. Any project exists; its number is made from its id, and both name
//     the same resources once the id was seen.
//
// Everything can be changed behind a tested program's back with Google's clients against Addr. What these cannot do, such as keeping
// a cluster busy or letting an operation fail, has methods at GKE.
//
// # Where the real behaviour is not known
//
// The stricter reading was taken. A program that gets along here gets along with either.
//
// All services:
//
//   - A write with an etag that is not the current one is ABORTED; some services answer FAILED_PRECONDITION. A write without etag goes through.
//   - A field mask with an unknown name is INVALID_ARGUMENT. IgnoreFieldMasks answers in full instead, as methods without support do.
//   - A path or HTTP method that no API has is answered with a JSON error, where Google's front end has an HTML page.
//   - Unknown fields of a JSON body are INVALID_ARGUMENT, except at GKE, whose clients are often newer than the service. Their place in the
//     body is not told.
//   - A page token is only an offset: it does not expire, and entries made or deleted between two pages shift it.
//
// Binary Authorization:
//
//   - The replies to all writes of attestors, policies and platform policies come without etag, as is known of attestors.create. Gets and
//     lists have it.
//   - Attestor and platform policy ids have letters, digits, hyphens and underscores only.
//   - A note reference must be a full name with a project id, as documented; whether the note exists is not looked at.
//   - Ids of public keys must differ within an attestor. A key needs text of its kind and an algorithm that fits.
//   - Every attestor that a policy requires must exist when the policy is written, and be named in full.
//   - Namespaces as keys of rules have no digits, because the documented form is [a-z.-]+. Rules come back under the keys they were
//     written with, with or without "spiffe://".
//   - An allowlist pattern has its wildcard at its end and after "registry/".
//   - The policy's etag is checked after its contents. A policy that was never written has no etag, so that any is wrong.
//   - Lists have 100 entries to a page. A list in a project that does not exist cannot be refused, as every project exists.
//   - The 201st attestor of a project is RESOURCE_EXHAUSTED, the 1001st key of an attestor INVALID_ARGUMENT.
//   - The system policy allows the image registries of GKE that Google's documentation names and denies the rest. Google's own is not published.
//   - An attestation is verified by one good signature whose key id is equal to the attestor key's; JWTs are not looked at. The words of
//     denial_reason are not Google's.
//   - Check sets of a platform policy are ordered service accounts, namespaces, everything else; the last has no scope. Nothing else may have a
//     field that is documented as required left out. Platform policies have no IAM policy.
//
// IAM:
//
//   - A policy without version 3 must not have conditions; a reader that asks for less than version 3 gets roles ending in _withcond_.
//   - Bindings without members are dropped, members are kept once. Members and roles are checked for their form, not for existing.
//
// Quotas:
//
//   - They count the calls of the last 60 seconds, not of the clock's minute, against the project in the resource's name. Only Binary
//     Authorization and GKE have any, as the others' are not published.
//
// GKE, Cloud KMS, Container Analysis and signatures: see the lists of the packages gke, cloudkms, containeranalysis and attest.
//
// # What is not simulated
//
//   - Authentication, authorization and organization policies. Faults stand in for what they refuse.
//   - Propagation: a write is visible to the next call.
//   - Admission of pods, continuous validation and the evaluation of platform policies.
//   - Regional storage and regional endpoints, v1beta1 of Binary Authorization, and audit logs.
package emulator
