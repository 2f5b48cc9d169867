package conformance_test

import (
	"fmt"
	"testing"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// inconsistency compares each verdict of a message with the verdicts below it. It is "" if all
// agree.
func inconsistency(m *binaryauthorization.EvaluateGkePolicyResponse) string {
	var pods []string
	for _, p := range m.Results {
		var images []string
		for _, i := range p.ImageResults {
			if want := verdictBelow(i); i.Verdict != want {
				return fmt.Sprintf("the image %s is %s, its checks say %s", i.ImageUri, i.Verdict, want)
			}
			images = append(images, i.Verdict)
		}
		if want := strictest(images...); p.Verdict != want || p.KubernetesNamespace == "" || p.KubernetesServiceAccount == "" {
			return fmt.Sprintf("the pod in %q as %q is %s, its images are %s",
				p.KubernetesNamespace, p.KubernetesServiceAccount, p.Verdict, want)
		}
		pods = append(pods, p.Verdict)
	}
	if want := strictest(pods...); m.Verdict != want {
		return fmt.Sprintf("the result is %s, its pods are %s", m.Verdict, want)
	}
	return ""
}

// verdictBelow is the verdict of an image by its allowlists and checks.
func verdictBelow(i *binaryauthorization.ImageResult) string {
	set := i.CheckSetResult
	if set == nil || set.AllowlistResult != nil || set.CheckResults == nil {
		return yes
	}
	var checks []string
	for _, c := range set.CheckResults.Results {
		if c.EvaluationResult != nil {
			checks = append(checks, c.EvaluationResult.Verdict)
		}
	}
	return strictest(checks...)
}

// TestMessageHasTheStrictestCheckSet: if several check sets may apply to a pod, the message has the
// one behind the verdict.
func TestMessageHasTheStrictestCheckSet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy string
		pod    workload.Pod
		index  int64
	}{
		"the likeliest": {
			policyText("", checkSet(inNamespace("default"), deny), checkSet("", trusted)), pod("", "robot", image), 0,
		},
		"another": {
			policyText("", checkSet(inNamespace("default"), trusted), checkSet("", deny)), pod("", "robot", image), 1,
		},
		"another, by the account": {
			policyText("", checkSet(asAccount("a:default"), trusted), checkSet("", deny)), pod("a", "", image), 1,
		},
		"the likeliest of equals": {
			policyText("", checkSet(inNamespace("default"), deny), checkSet("", deny)), pod("", "robot", image), 0,
		},
		"an error is not the verdict": {
			policyText("", checkSet(inNamespace("default"), broken), checkSet("", deny)), pod("", "robot", image), 1,
		},
	} {
		e := &conformance.Evaluator{Evidence: newStage(), Now: now}
		result := e.Evaluate(t.Context(), policyOf(t, c.policy), []workload.Pod{c.pod})
		m := result.Message()
		if fault := inconsistency(m); fault != "" {
			t.Errorf("%s: %s", name, fault)
		}
		got := m.Results[0]
		if m.Verdict != non || got.ImageResults[0].CheckSetResult.Index != c.index {
			t.Errorf("%s: %s by check set %d, want %d", name, m.Verdict, got.ImageResults[0].CheckSetResult.Index, c.index)
		}
		of := result.Pods[0].Images[0]
		if name != "the likeliest of equals" && of.Doubt == "" {
			t.Errorf("%s: no doubt", name)
		}
	}
}
