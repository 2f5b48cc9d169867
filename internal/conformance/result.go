package conformance

import (
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// Result is the result of a policy for pods.
type Result struct {
	Possible Possible
	Pods     []PodResult
}

// PodResult is the result of a policy for one pod.
type PodResult struct {
	Pod      workload.Pod
	Possible Possible
	Images   []ImageResult // in the order of the pod's containers, each image once
}

// ImageResult is the result of a policy for one image of a pod.
type ImageResult struct {
	Image    string
	Possible Possible
	// Pattern is the exempting pattern in the policy's allowlist. If it is set, there was no
	// further evaluation.
	Pattern string
	// Explanation is for an image without an evaluated check set.
	Explanation string
	// Set is the result of the applicable check set; if several may apply, the likeliest of those
	// with the strictest verdict.
	Set *SetResult
	// Doubt is the reason for possible verdicts besides those of the check set, or "".
	Doubt string
}

// SetResult is the result of the applicable check set for an image.
type SetResult struct {
	Index       int
	DisplayName string
	Scope       *binaryauthorization.Scope
	// Pattern is the exempting pattern in the check set's allowlist.
	Pattern string
	// Explanation is for a check set without evaluated checks.
	Explanation string
	Checks      []CheckResult
	// Doubt is the reason why the image may be exempt from the check set, or "".
	Doubt string
}

// CheckResult is the result of one check for an image.
type CheckResult struct {
	Index       int
	DisplayName string
	Type        string // "TrustedDirectoryCheck"
	// Pattern is the exempting pattern in the check's allowlist.
	Pattern  string
	Possible Possible
	// Sentence is the reason, without the service's introduction.
	Sentence string
	// Doubt is the reason for more than one possible verdict, or "".
	Doubt string
	// Findings are the individual reasons: a vulnerability, or a rule without a matching
	// provenance.
	Findings []string
}
