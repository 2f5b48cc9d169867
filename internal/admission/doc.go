// Package admission implements the admission rules of Binary Authorization: exempt images, the rule
// for a workload, its verdict, and the effects of a change of a policy. It is pure: the caller
// provides attestations and keys.
//
// The order of a decision is documented
// (https://cloud.google.com/binary-authorization/docs/key-concepts): Google's system policy if
// globalPolicyEvaluationMode is ENABLE, the project's allowlist, the rule for the workload, the
// default rule. Break-glass is a property of the Pod and out of scope.
//
// # Words of a refusal
//
// Verdict.Denial contains GKE's words only, so it can be compared with kubectl and the audit log.
// Verdict.Reason appends our own words in one pair of parentheses. These texts are Google's, as
// seen on live clusters, with the full name of attestor A:
//
//   - Image X denied by Binary Authorization default admission rule. …
//   - Image X denied by Binary Authorization cluster admission rule for us-east4-a.my-cluster-1. …
//   - … Denied by always_deny admission rule
//   - … Image X denied by attestor A: No attestations found that were valid and signed by a key
//     trusted by the attestor
//   - … Image X denied by attestor A: Expected digest with sha256 scheme, but got tag or malformed
//     digest
//
// The log label overridden-verification-result, of a dry run or break-glass, has Verdict.Sentence
// between "'X' : " and a line end. Several attestors have one sentence each, in the order of the
// rule, joined with ". ", as in the only known log with two attestors, of 2019.
//
// These texts are ours, in Google's style, because no original is known:
//
//   - Kubernetes namespace admission rule for NAMESPACE, Kubernetes service account admission rule
//     for NAMESPACE:ACCOUNT, and Istio service identity admission rule for IDENTITY, as spelled in
//     the policy.
//   - Denied by require_attestation admission rule (no attestor), and Denied by
//     evaluation_mode_unspecified admission rule. The API accepts neither rule.
//   - The sentence for a missing attestation also stands for an attestor that cannot be read or was
//     not asked; the parentheses tell.
//   - The label of a dry run with a rule that denies every image.
//   - All texts about an admitted image, and "denied: …" for an invalid request.
//
// # Undocumented rules
//
// The stricter reading is taken. It admits less and reports more:
//
//   - Patterns and images are compared as text: "nginx" does not become docker.io/library/nginx,
//     and tags are not looked up.
//   - A pattern with a scheme, white space, an empty path element or a final slash is refused: it
//     could not exempt an image. So is a pattern or an attestor listed twice in one place, and two
//     spellings of one Istio identity.
//   - A policy with several kinds of keyed rules, refused by the API, is evaluated as if every
//     matching rule applied. A workload that could match several rules gets the strictest one.
//   - A rule without evaluation mode denies. A rule without enforcement mode is enforced.
//   - Only the allowlist of the system policy exempts images, not its default rule. An unknown
//     system policy exempts nothing.
//   - An image without sha256 digest has no attestations, and neither have GKE's own images. Their
//     Pods also run outside of kube-system.
//   - The rules apply to an image with a malformed digest, as the sentence of an attestor tells.
//     Anything else that refers to no image is denied.
//   - A global policy set to ENABLE is a weakening: Google chooses the exempt images. A pattern
//     counts as new even if the system policy may exempt the same images.
//
// One reading is looser: namespaces may contain digits. Kubernetes has such names, but the
// documented form is [a-z.-]+.
package admission
