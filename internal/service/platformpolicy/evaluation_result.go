package platformpolicy

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// answer is the result for all pods of an evaluation.
type answer struct {
	Verdict     types.String `tfsdk:"verdict"`
	Explanation types.String `tfsdk:"explanation"`
	Results     []podResult  `tfsdk:"results"`
}

type podResult struct {
	Workload       types.String  `tfsdk:"workload"`
	PodName        types.String  `tfsdk:"pod_name"`
	Namespace      types.String  `tfsdk:"namespace"`
	ServiceAccount types.String  `tfsdk:"service_account"`
	Verdict        types.String  `tfsdk:"verdict"`
	Images         []imageResult `tfsdk:"images"`
}

type imageResult struct {
	Image       types.String    `tfsdk:"image"`
	Verdict     types.String    `tfsdk:"verdict"`
	Explanation types.String    `tfsdk:"explanation"`
	Pattern     types.String    `tfsdk:"allowlist_pattern"`
	CheckSet    *checkSetResult `tfsdk:"check_set"`
}

type checkSetResult struct {
	Index       types.Int64   `tfsdk:"index"`
	DisplayName types.String  `tfsdk:"display_name"`
	Scope       *scopeResult  `tfsdk:"scope"`
	Explanation types.String  `tfsdk:"explanation"`
	Pattern     types.String  `tfsdk:"allowlist_pattern"`
	Checks      []checkResult `tfsdk:"checks"`
}

type scopeResult struct {
	Namespace      types.String `tfsdk:"kubernetes_namespace"`
	ServiceAccount types.String `tfsdk:"kubernetes_service_account"`
}

type checkResult struct {
	Index       types.Int64  `tfsdk:"index"`
	DisplayName types.String `tfsdk:"display_name"`
	Type        types.String `tfsdk:"type"`
	Verdict     types.String `tfsdk:"verdict"`
	Explanation types.String `tfsdk:"explanation"`
	Pattern     types.String `tfsdk:"allowlist_pattern"`
}

// joined combines the answers of the calls, one per pod.
func joined(pods []workload.Template, said []*gcp.Evaluation) answer {
	a, verdict, words := answer{Results: []podResult{}}, conformance.Possible(0), &explanation{several: len(pods) > 1}
	for i, pod := range pods {
		v := verdictOf(pod, said[i])
		verdict |= conformance.Only(v)
		words.add(pod, v, said[i])
		for _, p := range present(said[i].Results) {
			a.Results = append(a.Results, podOf(pod, p))
		}
	}
	a.Verdict, a.Explanation = types.StringValue(string(verdict.Strictest())), types.StringValue(words.String())
	return a
}

// verdictOf returns the verdict for one pod: the strictest one in the answer. An unknown verdict, or
// an answer without the pod or without one of its images, never counts as conformant.
func verdictOf(pod workload.Template, said *gcp.Evaluation) conformance.Verdict {
	pods := present(said.Results)
	if len(pods) == 0 {
		return conformance.Either(understood(said.Verdict), conformance.Errored).Strictest()
	}
	verdict := conformance.Only(understood(said.Verdict))
	for _, p := range pods {
		verdict |= conformance.Only(understood(p.Verdict))
		for _, i := range present(p.ImageResults) {
			verdict |= conformance.Only(understood(i.Verdict))
		}
		if evaluated, all := coverage(pod, p); evaluated < all {
			verdict |= conformance.Only(conformance.Errored)
		}
	}
	return verdict.Strictest()
}

// coverage returns the number of different images with a result, and of those in the pod. Google
// documents that continuous validation evaluates all containers of a pod, also init and ephemeral
// ones; for this method it is not documented.
func coverage(pod workload.Template, said *binaryauthorization.PodResult) (evaluated, all int) {
	results, images := map[string]bool{}, map[string]bool{}
	for _, i := range present(said.ImageResults) {
		if i.ImageUri != "" {
			results[i.ImageUri] = true
		}
	}
	for _, c := range pod.Containers {
		images[c.Image] = true
	}
	return len(results), len(images)
}

// understood parses a verdict of the service. An unknown one counts as an error.
func understood(verdict string) conformance.Verdict {
	if conformance.Only(conformance.Verdict(verdict)) == 0 {
		return conformance.Errored
	}
	return conformance.Verdict(verdict)
}

// present removes null elements of JSON.
func present[T any](all []*T) []*T {
	return slices.DeleteFunc(slices.Clone(all), func(one *T) bool { return one == nil })
}

func podOf(pod workload.Template, said *binaryauthorization.PodResult) podResult {
	p := podResult{
		Workload: types.StringValue(pod.Workload().String()), PodName: types.StringValue(said.PodName),
		Namespace: types.StringValue(said.KubernetesNamespace), ServiceAccount: types.StringValue(said.KubernetesServiceAccount),
		Verdict: types.StringValue(said.Verdict), Images: []imageResult{},
	}
	for _, i := range present(said.ImageResults) {
		p.Images = append(p.Images, imageResult{
			Image: types.StringValue(i.ImageUri), Verdict: types.StringValue(i.Verdict), Explanation: types.StringValue(i.Explanation),
			Pattern: matched(i.AllowlistResult), CheckSet: checkSetOf(i.CheckSetResult),
		})
	}
	return p
}

func checkSetOf(said *binaryauthorization.CheckSetResult) *checkSetResult {
	if said == nil {
		return nil
	}
	s := &checkSetResult{
		Index:       types.Int64Value(said.Index),
		DisplayName: types.StringValue(said.DisplayName),
		Explanation: types.StringValue(said.Explanation),
		Pattern:     matched(said.AllowlistResult),
		Checks:      []checkResult{},
	}
	if said.Scope != nil && cmp.Or(said.Scope.KubernetesNamespace, said.Scope.KubernetesServiceAccount) != "" {
		s.Scope = &scopeResult{types.StringValue(said.Scope.KubernetesNamespace), types.StringValue(said.Scope.KubernetesServiceAccount)}
	}
	for _, c := range checksOf(said) {
		s.Checks = append(s.Checks, checkResult{
			Index: types.Int64Value(c.Index), DisplayName: types.StringValue(c.DisplayName), Type: types.StringValue(c.Type),
			Verdict: types.StringValue(saidOf(c)), Explanation: types.StringValue(c.Explanation), Pattern: matched(c.AllowlistResult),
		})
	}
	return s
}

func checksOf(said *binaryauthorization.CheckSetResult) []*binaryauthorization.CheckResult {
	if said == nil || said.CheckResults == nil {
		return nil
	}
	return present(said.CheckResults.Results)
}

// saidOf returns the verdict of a check. If the check exempts the image, the API sends none.
func saidOf(c *binaryauthorization.CheckResult) string {
	switch {
	case c.EvaluationResult != nil:
		return c.EvaluationResult.Verdict
	case c.AllowlistResult != nil:
		return string(conformance.Conformant)
	}
	return ""
}

func matched(said *binaryauthorization.AllowlistResult) types.String {
	if said == nil {
		return types.StringValue("")
	}
	return types.StringValue(said.MatchedPattern)
}
