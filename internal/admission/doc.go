// Package admission holds the rules by which Binary Authorization lets an image run: which images a pattern exempts,
// which rule applies to a workload, what that rule says, and what a change of a policy opens or closes. It is pure: what has
// to be looked up, attestations and keys, comes in from the caller.
//
// The order of a decision is the documented one (https://cloud.google.com/binary-authorization/docs/key-concepts):
// Google's system policy when globalPolicyEvaluationMode is ENABLE, the project's allowlist, the rule for the workload, the
// default rule. Break-glass is out of scope: it is a property of the Pod, not of the policy.
//
// # Whose words a refusal has
//
// A refusal is worded as GKE words it, so that it can be compared with what kubectl and the audit log show: Verdict.Denial is that text
// alone, and Verdict.Reason has what is ours after it, in one pair of parentheses. These are Google's, as read from live clusters:
//
//   - Image X denied by Binary Authorization default admission rule. …
//   - Image X denied by Binary Authorization cluster admission rule for us-east4-a.my-cluster-1. …
//   - … Denied by always_deny admission rule
//   - … Image X denied by attestor A: No attestations found that were valid and signed by a key trusted by the attestor
//   - … Image X denied by attestor A: Expected digest with sha256 scheme, but got tag or malformed digest
//
// where A is the attestor's full name.
//
// The log label overridden-verification-result of a dry run and of break-glass has what follows the rule, Verdict.Sentence, between
// "'X' : " and a line end.
//
// Where several attestors object, the sentence of each follows, in the order of the rule, with ". " between them. So it is in an audit log
// of 2019, whose sentences were others in part; no newer one with two attestors has been seen.
//
// These are ours, made like Google's, because none has been seen:
//
//   - Kubernetes namespace admission rule for NAMESPACE, Kubernetes service account admission rule for NAMESPACE:ACCOUNT, and
//     Istio service identity admission rule for IDENTITY, in the spelling that the policy has.
//   - Denied by require_attestation admission rule, of a rule that names no attestor, and Denied by evaluation_mode_unspecified admission
//     rule, of one without evaluation mode. The API takes neither.
//   - That an attestor finds no attestation is also said of one that cannot be read, or that was not asked; the parentheses tell.
//   - The label of a dry run whose rule denies every image.
//   - Whatever is said of an image that is admitted, by the allowlist and the system policy too, and what begins with "denied: ", of a
//     request that cannot be one.
//
// # Where the documentation is silent
//
// The stricter reading is taken, which admits less and reports more:
//
//   - Patterns and images are compared as text. "nginx" is not completed to docker.io/library/nginx, a tag is not looked up.
//   - A pattern with a scheme, white space, an empty path element or a slash at its end is refused: none is of the form
//     registry/path/to/image, and none could exempt an image.
//   - A pattern, or an attestor of one rule, that is there twice is refused, and so are two spellings of one Istio identity.
//   - A policy with more than one kind of keyed rules, which the API refuses, is evaluated as if every rule that fits applied.
//   - A workload whose request leaves open which rule is for it gets the strictest of those that could be.
//   - A rule without evaluation mode denies, one without enforcement mode is enforced.
//   - Only the allowlist of the system policy exempts, not its default rule; a system policy that is not known exempts nothing.
//   - An image without a sha256 digest has no attestations.
//   - GKE's own images have no attestations, and their Pods are in more namespaces than kube-system.
//   - The global policy becoming ENABLE is a weakening, because what it exempts is Google's choice; a pattern is new although
//     the system policy may exempt the same images.
//
// In one place the looser reading is taken, because a refusal would be wrong for real names: digits in namespaces, which
// Kubernetes has and the documented [a-z.-]+ lacks.
package admission
