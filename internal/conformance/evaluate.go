package conformance

import (
	"context"
	"fmt"
	"slices"
	"time"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// Evaluator evaluates platform policies for pods.
type Evaluator struct {
	Evidence Evidence
	Now      time.Time
	// Constraint evaluates a CEL expression on the payload of a provenance. Google does not
	// document the names of the variables. If Constraint is nil, checks with custom constraints are
	// undetermined.
	Constraint func(expression string, payload []byte) (bool, error)
}

// Evaluate evaluates a policy for pods, like the service's continuous validation. Source: the
// descriptions of EvaluateGkePolicyResponse and
// https://cloud.google.com/binary-authorization/docs/policy-yaml-reference-cv.
func (e *Evaluator) Evaluate(ctx context.Context, policy *Policy, pods []workload.Pod) Result {
	result := Result{}
	parts := make([]Possible, len(pods))
	for i, pod := range pods {
		r := e.pod(ctx, gke(policy), pod)
		result.Pods, parts[i] = append(result.Pods, r), r.Possible
	}
	result.Possible = together(parts...)
	return result
}

func (e *Evaluator) pod(ctx context.Context, policy *binaryauthorization.GkePolicy, pod workload.Pod) PodResult {
	result := PodResult{Pod: pod}
	var parts []Possible
	for _, image := range images(pod) {
		r := e.image(ctx, policy, pod, image)
		result.Images, parts = append(result.Images, r), append(parts, r.Possible)
	}
	result.Possible = together(parts...)
	return result
}

// images returns the images of a pod, each once.
func images(pod workload.Pod) (all []string) {
	for _, c := range pod.Containers {
		if !slices.Contains(all, c.Image) {
			all = append(all, c.Image)
		}
	}
	return all
}

func (e *Evaluator) image(ctx context.Context, policy *binaryauthorization.GkePolicy, pod workload.Pod, image string) ImageResult {
	exempts := exempting(policy.ImageAllowlist, image)
	if exempts.pattern != "" {
		return ImageResult{Image: image, Possible: Only(Conformant), Pattern: exempts.pattern}
	}
	if len(policy.CheckSets) == 0 {
		return ImageResult{Image: image, Possible: Only(Conformant), Explanation: "The policy has no check sets"}
	}
	indexes := applying(policy.CheckSets, pod)
	result := e.byCheckSet(ctx, policy, indexes[0], image)
	for _, index := range indexes[1:] {
		other := e.byCheckSet(ctx, policy, index, image)
		// The strictest verdict needs the checks behind it.
		if result.Possible.Strictest() != (result.Possible | other.Possible).Strictest() {
			result, other = other, result
		}
		result = result.may(other.Possible,
			"the pod does not name its namespace or its service account, and it is not documented which check set applies then")
	}
	if exempts.perhaps != "" {
		result = result.may(Only(Conformant), fmt.Sprintf("the policy's allowlist has %q, and %s", exempts.perhaps, noRegistry))
	}
	return result
}

// may adds possible verdicts. The doubt counts only if one of them is new.
func (i ImageResult) may(p Possible, doubt string) ImageResult {
	if i.Possible|p != i.Possible {
		i.Possible, i.Doubt = i.Possible|p, joined(i.Doubt, doubt)
	}
	return i
}

// byCheckSet evaluates the check set at an index for an image, -1 for none.
func (e *Evaluator) byCheckSet(ctx context.Context, policy *binaryauthorization.GkePolicy, index int, image string) ImageResult {
	if index < 0 {
		// The service refuses a policy with a scope in its last check set, so one always applies.
		return ImageResult{Image: image, Possible: Only(Conformant), Explanation: "No check set applies to the pod"}
	}
	set := e.checkSet(ctx, policy.CheckSets[index], image)
	set.Index = index
	return ImageResult{Image: image, Possible: set.possible(), Set: &set}
}

// applying returns the indexes of the check sets that may apply to a pod, the likeliest first; -1
// means none. There are several only for a pod without a namespace or a service account.
func applying(sets []*binaryauthorization.CheckSet, pod workload.Pod) (indexes []int) {
	for _, namespace := range orDefault(pod.Namespace) {
		for _, account := range accountsOf(pod) {
			if i := first(sets, namespace, account); !slices.Contains(indexes, i) {
				indexes = append(indexes, i)
			}
		}
	}
	return indexes
}

// orDefault returns a name, or the possible meanings of an absent one: Kubernetes' "default", or
// none.
func orDefault(name string) []string {
	if name == "" {
		return []string{defaultName, ""}
	}
	return []string{name}
}

// accountsOf are the service accounts that a pod may have.
func accountsOf(pod workload.Pod) []string {
	if pod.AccountAssumed {
		return orDefault("")
	}
	return orDefault(pod.ServiceAccount)
}

const defaultName = "default"

// first returns the index of the first check set with a matching scope, or -1.
func first(sets []*binaryauthorization.CheckSet, namespace, account string) int {
	return slices.IndexFunc(sets, func(s *binaryauthorization.CheckSet) bool {
		n, a := parts(s.Scope)
		return (n == "" || n == namespace) && (a == "" || a == account)
	})
}

// NamespaceOf is the effective namespace of a pod. For a pod without one it is Kubernetes'
// "default"; the service's own rule is not documented, so this is an inference.
func NamespaceOf(pod workload.Pod) string { return orDefault(pod.Namespace)[0] }

// exemption is the result of an allowlist for an image.
type exemption struct {
	pattern string // the first exempting pattern
	perhaps string // exempts only if the service completes names without a registry; set only without an exempting pattern
}

func exempting(list *binaryauthorization.ImageAllowlist, image string) (e exemption) {
	if list == nil {
		return e
	}
	for _, text := range list.AllowPattern {
		p, err := ParsePattern(text)
		switch {
		case err != nil:
		case p.Matches(image):
			return exemption{pattern: text}
		case e.perhaps == "" && p.completed().Matches(complete(image)):
			e.perhaps = text
		}
	}
	return e
}

func (e *Evaluator) checkSet(ctx context.Context, set *binaryauthorization.CheckSet, image string) SetResult {
	result := SetResult{DisplayName: set.DisplayName, Scope: set.Scope}
	exempts := exempting(set.ImageAllowlist, image)
	if result.Pattern = exempts.pattern; result.Pattern != "" {
		return result
	}
	if len(set.Checks) == 0 {
		result.Explanation = "The check set has no checks"
	}
	// Every check is evaluated, regardless of the earlier results.
	for i, check := range set.Checks {
		r := e.check(ctx, check, image)
		r.Index, r.DisplayName = i, check.DisplayName
		result.Checks = append(result.Checks, r)
	}
	if exempts.perhaps != "" && !result.possible().Has(Conformant) {
		result.Doubt = fmt.Sprintf("the check set's allowlist has %q, and %s", exempts.perhaps, noRegistry)
	}
	return result
}

func (s SetResult) possible() Possible {
	var parts []Possible
	for _, c := range s.Checks {
		parts = append(parts, c.Possible)
	}
	whole := together(parts...)
	if s.Doubt != "" { // whether the image is exempt
		whole |= Only(Conformant)
	}
	return whole
}

func (e *Evaluator) check(ctx context.Context, check *binaryauthorization.Check, image string) CheckResult {
	exempts := exempting(check.ImageAllowlist, image)
	if exempts.pattern != "" {
		return CheckResult{Possible: Only(Conformant), Type: typeOf(check), Pattern: exempts.pattern}
	}
	result := e.Check(ctx, check, image)
	if exempts.perhaps != "" && !result.Possible.Has(Conformant) {
		result = result.may(Only(Conformant), fmt.Sprintf("the check's allowlist has %q, and %s", exempts.perhaps, noRegistry))
	}
	return result
}

// Check evaluates one check alone for an image, without any allowlist, even its own.
func (e *Evaluator) Check(ctx context.Context, check *binaryauthorization.Check, image string) CheckResult {
	result := e.finding(ctx, check, image)
	result.Type, result.DisplayName = typeOf(check), check.DisplayName
	return result
}

// typeOf is the name of a kind of check in results and logs. The name of always_deny is not
// documented.
func typeOf(c *binaryauthorization.Check) string {
	switch Kind(c) {
	case "image_freshness_check":
		return "ImageFreshnessCheck"
	case "sigstore_signature_check":
		return "SigstoreSignatureCheck"
	case "simple_signing_attestation_check":
		return "SimpleSigningAttestationCheck"
	case "slsa_check":
		return "SlsaCheck"
	case "trusted_directory_check":
		return "TrustedDirectoryCheck"
	case "vulnerability_check":
		return "VulnerabilityCheck"
	case "always_deny":
		return "AlwaysDeny"
	}
	return ""
}
