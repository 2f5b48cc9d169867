package platformpolicy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// twoJobs is a manifest with the Jobs a and b.
const twoJobs = `{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {spec: {containers: [{name: c, image: i}]}}}}
---
{apiVersion: batch/v1, kind: Job, metadata: {name: b}, spec: {template: {spec: {containers: [{name: c, image: i}]}}}}
`

const unproven = ", init and ephemeral containers included. An image without a result is not proven to conform"

// TestJoinedAnswers: answers unknown to the emulator, with a new verdict or with gaps.
func TestJoinedAnswers(t *testing.T) {
	t.Parallel()
	const (
		conforms = `{"verdict": "CONFORMANT", "results": [{"verdict": "CONFORMANT", "imageResults": [
			{"imageUri": "i", "verdict": "CONFORMANT"}]}]}`
		fails = `{"verdict": "NON_CONFORMANT", "results": [{"verdict": "NON_CONFORMANT", "imageResults": [
			{"imageUri": "i", "verdict": "NON_CONFORMANT", "explanation": "Not so."},
			{"imageUri": "i", "verdict": "NON_CONFORMANT", "explanation": "Not so."}]}]}`
		errs = `{"verdict": "ERROR", "results": [{"verdict": "ERROR", "imageResults": [
			{"imageUri": "i", "verdict": "ERROR", "explanation": "Not\nread."}]}]}`
	)
	checks := func(verdict, results string) string {
		return `{"verdict": "` + verdict + `", "results": [null, {"verdict": "` + verdict + `", "imageResults": [null,
			{"imageUri": "i", "verdict": "` + verdict + `",
			"checkSetResult": {"explanation": "No check.", "checkResults": {"results": [null` + results + `]}}}]}]}`
	}
	for name, c := range map[string]struct{ one, other, verdict, explanation string }{
		"all conform":          {conforms, conforms, "CONFORMANT", ""},
		"one does not":         {conforms, fails, "NON_CONFORMANT", "Job b, i: Not so."},
		"an error":             {errs, conforms, "ERROR", "Job a, i: Not read."},
		"what fails outweighs": {errs, fails, "NON_CONFORMANT", "Job a, i: Not read.\nJob b, i: Not so."},
		"an unknown verdict": {
			conforms, `{"verdict": "NEW", "results": [{"verdict": "NEW"}]}`, "ERROR",
			"Job b: The verdict is NEW, and the service gives no reason",
		},
		"no verdict": {`{}`, conforms, "ERROR", "Job a: The service evaluated no pod; its verdict is missing"},
		"no pod": {
			`{"verdict": "CONFORMANT"}`, conforms, "ERROR", "Job a: The service evaluated no pod; its verdict is CONFORMANT",
		},
		"no pod conforms": {
			`{"verdict": "NON_CONFORMANT"}`, conforms, "NON_CONFORMANT",
			"Job a: The service evaluated no pod; its verdict is NON_CONFORMANT",
		},
		"a pod fails by itself": {
			`{"verdict": "CONFORMANT", "results": [{"verdict": "ERROR"}]}`, conforms, "ERROR",
			"Job a: The verdict is ERROR, and the service gives no reason",
		},
		"without a reason": {
			conforms, `{"verdict": "ERROR", "results": [{"verdict": "ERROR", "imageResults": [{"imageUri": "i"}]}]}`, "ERROR",
			"Job b, i: The verdict is missing, and the service gives no reason",
		},
		"an image does not conform": {
			`{"verdict": "CONFORMANT", "results": [{"verdict": "CONFORMANT", "imageResults": [{"imageUri": "i", "verdict": "NON_CONFORMANT",
				"explanation": "Not so."}]}]}`, conforms, "NON_CONFORMANT", "Job a, i: Not so.",
		},
		"an image has no verdict": {
			`{"verdict": "CONFORMANT", "results": [{"verdict": "CONFORMANT", "imageResults": [{"imageUri": "i"}]}]}`, conforms, "ERROR",
			"Job a, i: The verdict is missing, and the service gives no reason",
		},
		"no images": {
			`{"verdict": "CONFORMANT", "results": [{"verdict": "CONFORMANT", "imageResults": []}]}`, conforms, "ERROR",
			"Job a: The service gave results for 0 of 1 images" + unproven,
		},
		"an image without a name": {
			`{"verdict": "CONFORMANT", "results": [{"verdict": "CONFORMANT", "imageResults": [{"verdict": "CONFORMANT"}]}]}`, conforms,
			"ERROR", "Job a: The service gave results for 0 of 1 images" + unproven,
		},
		"a check set without a why": {checks("ERROR", ""), conforms, "ERROR", "Job a, i: No check."},
		"checks": {
			checks("NON_CONFORMANT", `,
				{"type": "A", "evaluationResult": {"verdict": "CONFORMANT"}, "explanation": "Fine."},
				{"type": "B", "allowlistResult": {"matchedPattern": "i"}},
				{"index": "2", "type": "C", "displayName": "c", "evaluationResult": {"verdict": "NON_CONFORMANT"}},
				{"type": "D", "evaluationResult": {"verdict": "ERROR"}, "explanation": "D is not so."},
				{"type": "E"}`),
			conforms, "NON_CONFORMANT",
			"Job a, i: C at index 2 with display name \"c\" has verdict NON_CONFORMANT\n" +
				"Job a, i: D is not so.\n" +
				"Job a, i: E at index 0 with display name \"\" has verdict missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pods, err := workload.ParseTemplates(twoJobs)
			if err != nil {
				t.Fatal(err)
			}
			said := make([]*gcp.Evaluation, len(pods))
			for i, text := range []string{c.one, c.other} {
				if err := json.Unmarshal([]byte(text), &said[i]); err != nil {
					t.Fatal(err)
				}
			}
			got := joined(pods, said)
			if got.Verdict.ValueString() != c.verdict || got.Explanation.ValueString() != c.explanation {
				t.Errorf("got %s and %q", got.Verdict.ValueString(), got.Explanation.ValueString())
			}
		})
	}
}

// TestEveryImageNeedsAResult: the images of all containers count, each once.
func TestEveryImageNeedsAResult(t *testing.T) {
	t.Parallel()
	pods, err := workload.ParseTemplates(`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {initContainers: [{name: a, image: first}],
		containers: [{name: b, image: web}, {name: c, image: web}], ephemeralContainers: [{name: d, image: debug}]}}`)
	if err != nil {
		t.Fatal(err)
	}
	for images, want := range map[string]string{
		"first web debug":     "",
		"web first web debug": "",
		"web":                 "Pod p: The service gave results for 1 of 3 images" + unproven,
		"web debug web":       "Pod p: The service gave results for 2 of 3 images" + unproven,
		"first web":           "Pod p: The service gave results for 2 of 3 images" + unproven,
	} {
		said := &gcp.Evaluation{Verdict: "CONFORMANT", Results: []*binaryauthorization.PodResult{{Verdict: "CONFORMANT"}}}
		for image := range strings.FieldsSeq(images) {
			said.Results[0].ImageResults = append(said.Results[0].ImageResults,
				&binaryauthorization.ImageResult{ImageUri: image, Verdict: "CONFORMANT"})
		}
		got := joined(pods, slices.Repeat([]*gcp.Evaluation{said}, len(pods)))
		if got.Explanation.ValueString() != want || (got.Verdict.ValueString() == "CONFORMANT") != (want == "") {
			t.Errorf("%s: %s, %q", images, got.Verdict, got.Explanation.ValueString())
		}
	}
}
