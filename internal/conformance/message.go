package conformance

import (
	"fmt"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"
)

// Message is a result in the form of the API. If several verdicts are possible, it has the
// strictest.
func (r Result) Message() *binaryauthorization.EvaluateGkePolicyResponse {
	m := &binaryauthorization.EvaluateGkePolicyResponse{Verdict: string(r.Possible.Strictest())}
	for _, p := range r.Pods {
		m.Results = append(m.Results, p.message())
	}
	return m
}

func (p PodResult) message() *binaryauthorization.PodResult {
	m := &binaryauthorization.PodResult{
		PodName: p.Pod.Name, KubernetesNamespace: NamespaceOf(p.Pod), KubernetesServiceAccount: orDefault(p.Pod.ServiceAccount)[0],
		Verdict: string(p.Possible.Strictest()),
	}
	for _, i := range p.Images {
		m.ImageResults = append(m.ImageResults, i.message())
	}
	return m
}

func (i ImageResult) message() *binaryauthorization.ImageResult {
	m := &binaryauthorization.ImageResult{
		ImageUri: i.Image, Verdict: string(i.Possible.Strictest()), AllowlistResult: matched(i.Pattern), Explanation: i.Explanation,
	}
	if i.Set != nil {
		m.CheckSetResult = i.Set.message()
	}
	return m
}

func matched(pattern string) *binaryauthorization.AllowlistResult {
	if pattern == "" {
		return nil
	}
	return &binaryauthorization.AllowlistResult{MatchedPattern: pattern}
}

func (s SetResult) message() *binaryauthorization.CheckSetResult {
	m := &binaryauthorization.CheckSetResult{
		Index: int64(s.Index), DisplayName: s.DisplayName, Scope: s.Scope, AllowlistResult: matched(s.Pattern), Explanation: s.Explanation,
		ForceSendFields: []string{"Index"},
	}
	if len(s.Checks) > 0 {
		m.CheckResults = &binaryauthorization.CheckResults{}
	}
	for _, c := range s.Checks {
		m.CheckResults.Results = append(m.CheckResults.Results, c.message())
	}
	return m
}

func (c CheckResult) message() *binaryauthorization.CheckResult {
	m := &binaryauthorization.CheckResult{
		Index: int64(c.Index), DisplayName: c.DisplayName, Type: c.Type, AllowlistResult: matched(c.Pattern),
		ForceSendFields: []string{"Index"},
	}
	if c.Pattern == "" {
		m.Explanation = c.Explanation()
		m.EvaluationResult = &binaryauthorization.EvaluationResult{Verdict: string(c.Possible.Strictest())}
	}
	return m
}

// Explanation is the service's text for a check. Google documents one example, with the verdict
// spelled NOT_CONFORMANT; the sentences of other checks are this project's.
func (c CheckResult) Explanation() string {
	verdict := string(c.Possible.Strictest())
	if c.Possible.Strictest() == NonConformant {
		verdict = "NOT_CONFORMANT"
	}
	return fmt.Sprintf("%s at index %d with display name %q has verdict %s. %s", c.Type, c.Index, c.DisplayName, verdict, c.Sentence)
}
