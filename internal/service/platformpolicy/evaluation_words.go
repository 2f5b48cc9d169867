package platformpolicy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
	"github.com/binauthz/terraform-provider-binauthz/internal/workload"
)

// explanation has a line for each failed check of an image, in the service's words.
type explanation struct {
	// several means that lines name the workload.
	several bool
	lines   []string
}

func (e *explanation) String() string { return strings.Join(e.lines, "\n") }

// add explains the result for one pod.
func (e *explanation) add(pod workload.Template, verdict conformance.Verdict, said *gcp.Evaluation) {
	if verdict == conformance.Conformant {
		return
	}
	before, of := len(e.lines), pod.Workload().String()
	for _, p := range present(said.Results) {
		for _, i := range present(p.ImageResults) {
			for _, why := range reasons(i) {
				e.line(of, i.ImageUri, why)
			}
		}
		evaluated, all := coverage(pod, p)
		if evaluated < all && understood(p.Verdict) == conformance.Conformant {
			e.lines = append(e.lines, fmt.Sprintf("%s: The service gave results for %d of %d images, init and ephemeral containers "+
				"included. An image without a result is not proven to conform", of, evaluated, all))
		}
	}
	if len(e.lines) > before {
		return
	}
	switch {
	case len(present(said.Results)) == 0:
		e.lines = append(e.lines, of+": The service evaluated no pod; its verdict is "+cmp.Or(said.Verdict, "missing"))
	case understood(said.Verdict) == verdict:
		e.lines = append(e.lines, of+": "+unexplained(said.Verdict))
	default:
		e.lines = append(e.lines, of+": "+unexplained(string(verdict)))
	}
}

// line adds a line once, because several containers can have the same image.
func (e *explanation) line(of, image, why string) {
	text := image + ": " + strings.Join(strings.Fields(why), " ")
	if e.several {
		text = of + ", " + text
	}
	if !slices.Contains(e.lines, text) {
		e.lines = append(e.lines, text)
	}
}

// reasons returns the reasons if an image does not conform. The service explains an image only if
// it evaluated no check set, and a check set only if it evaluated no check.
func reasons(i *binaryauthorization.ImageResult) (all []string) {
	if understood(i.Verdict) == conformance.Conformant {
		return nil
	}
	for _, c := range checksOf(i.CheckSetResult) {
		if said := saidOf(c); understood(said) != conformance.Conformant {
			all = append(all, cmp.Or(c.Explanation,
				fmt.Sprintf("%s at index %d with display name %q has verdict %s", c.Type, c.Index, c.DisplayName, cmp.Or(said, "missing"))))
		}
	}
	if len(all) > 0 {
		return all
	}
	inSet := ""
	if i.CheckSetResult != nil {
		inSet = i.CheckSetResult.Explanation
	}
	return []string{cmp.Or(inSet, i.Explanation, unexplained(i.Verdict))}
}

func unexplained(verdict string) string {
	return "The verdict is " + cmp.Or(verdict, "missing") + ", and the service gives no reason"
}

// warnOfTags names the failed images without a digest.
func (q *question) warnOfTags(diags *diag.Diagnostics, a answer) {
	var tagged []string
	for _, p := range a.Results {
		for _, i := range p.Images {
			image := i.Image.ValueString()
			if understood(i.Verdict.ValueString()) != conformance.Conformant && !strings.Contains(image, "@") &&
				!slices.Contains(tagged, image) {
				tagged = append(tagged, image)
			}
		}
	}
	if len(tagged) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root(q.given()), lifecycle.About("Images without a digest", q.Policy.ValueString()+", "+tagged[0]),
		"Most checks need the digest of an image: an image with only a tag never conforms to them. Use the form "+
			"{registry}/{repository}@sha256:{digest}. The data source binauthz_image finds the digest of a tag.\n\n"+
			"Without a digest:\n  "+strings.Join(tagged, "\n  "))
}
