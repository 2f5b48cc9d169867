package platformpolicy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/lifecycle"
)

const simpleSigning = "SimpleSigningAttestationCheck"

// findings contains the messages about an element of must_conform.
type findings struct {
	pods []podVerdict
	// wrong are certain violations.
	wrong []violation
	// doubts are undetermined results, later are results left to the apply.
	doubts, later []string
}

// violation is a check violated by an image.
type violation struct {
	image, line string
	check       string // title of the check
	attestation bool   // an attestation would repair it
	unscanned   bool   // there is no valid scan
}

// sort separates certain violations from undetermined results.
func (f *findings) sort() {
	for _, pod := range f.pods {
		for i, image := range pod.lenient.Images {
			if !image.Possible.Has(conformance.Conformant) {
				f.wrong = append(f.wrong, violations(image)...)
				continue
			}
			f.doubts = append(f.doubts, doubts(image)...)
			if pod.strict.Images[i].Possible != image.Possible {
				f.later = append(f.later, image.Image+": depends on unknown values of gke_policy")
			}
		}
	}
	f.doubts, f.later = slices.Compact(f.doubts), slices.Compact(f.later)
	f.wrong = slices.CompactFunc(f.wrong, func(a, b violation) bool { return a == b })
}

// await leaves an image to the apply if only attestations are missing: they can be created before
// the write, by this plan or elsewhere.
func (f *findings) await() {
	decided, checks := map[string]bool{}, map[string][]string{}
	for _, v := range f.wrong {
		decided[v.image] = decided[v.image] || !v.attestation
		if !slices.Contains(checks[v.image], v.check) {
			checks[v.image] = append(checks[v.image], v.check)
		}
	}
	for _, image := range slices.Sorted(maps.Keys(checks)) {
		if !decided[image] {
			f.later = append(f.later, image+": there is no valid attestation yet for "+strings.Join(checks[image], ", ")+
				". If this configuration creates it, write binauthz_attestation.NAME.image in must_conform")
		}
	}
	f.wrong = slices.DeleteFunc(f.wrong, func(v violation) bool { return !decided[v.image] })
}

// unread says which doubts about images rest on look-ups that can succeed later; "" if none does.
func (f *findings) unread(passing func(image string) error) string {
	var lines []string
	for _, pod := range f.pods {
		for _, image := range pod.lenient.Images {
			if open := doubts(image); passing(image.Image) != nil && image.Possible.Has(conformance.Conformant) {
				lines = append(lines, open...)
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return "whether the image conforms could not be looked up:\n" + listed(slices.Compact(lines)) + "\n\nThe reason can pass. Run again."
}

func violations(image conformance.ImageResult) (all []violation) {
	if image.Set == nil {
		return []violation{{image: image.Image, line: image.Image + ": " + image.Explanation}}
	}
	for _, c := range image.Set.Checks {
		if !c.Possible.Has(conformance.Conformant) {
			check := title(image.Set, c)
			line := fmt.Sprintf("%s: %s: %s. %s", image.Image, check, c.Possible, c.Sentence)
			all = append(all, violation{
				image:       image.Image,
				line:        strings.Join(append([]string{line}, c.Findings...), "\n    "),
				check:       check,
				attestation: c.Type == simpleSigning && strings.Contains(image.Image, "@"),
				unscanned:   c.Possible == conformance.Only(conformance.Errored),
			})
		}
	}
	return all
}

// doubts has a line for each undetermined check, and one for a common doubt.
func doubts(image conformance.ImageResult) (lines []string) {
	if image.Possible.Verdict() != conformance.Undetermined {
		return nil
	}
	whole := image.Doubt
	if image.Set != nil {
		for _, c := range image.Set.Checks {
			if c.Possible.Verdict() == conformance.Undetermined {
				lines = append(lines, fmt.Sprintf("%s: %s: %s, because %s", image.Image, title(image.Set, c), c.Possible, c.Doubt))
			}
		}
		if whole == "" {
			whole = image.Set.Doubt
		}
	}
	if whole != "" {
		lines = append(lines, fmt.Sprintf("%s: %s, because %s", image.Image, image.Possible, whole))
	}
	return lines
}

// title names a check: its type, path and name.
func title(set *conformance.SetResult, c conformance.CheckResult) string {
	text := fmt.Sprintf("%s at check_sets[%d].checks[%d]", c.Type, set.Index, c.Index)
	if c.DisplayName != "" {
		text += fmt.Sprintf(" (%q)", c.DisplayName)
	}
	return text
}

// refusal lists the violated checks and the remedy.
func (f *findings) refusal() string {
	var lines, unscanned, texts []string
	attestation := false
	for _, v := range f.wrong {
		if v.unscanned {
			unscanned = append(unscanned, v.line)
			continue
		}
		lines, attestation = append(lines, v.line), attestation || v.attestation
	}
	if len(unscanned) > 0 {
		texts = append(texts, "the planned policy cannot be evaluated without a valid scan:\n"+listed(unscanned)+"\n\nEnable "+
			"containerscanning.googleapis.com, push the image to Artifact Registry again, and run again after the scan.")
	}
	if len(lines) == 0 {
		return strings.Join(texts, "")
	}
	text := "the planned policy is violated by\n" + listed(lines) + "\n\nFix the findings, change the checks, or exempt the image " +
		"with an image_allowlist. If you accept the violation, remove the image from must_conform: Google monitors by this policy " +
		"and enforces nothing."
	if attestation {
		text += "\n\nIf this configuration attests the image, refer to it in must_conform (binauthz_attestation.NAME.image), so that " +
			"Terraform attests it first."
	}
	return strings.Join(append([]string{text}, texts...), "\n\n")
}

// warnOfLoss warns of missing attestations that are not missing before.
func (f *findings) warnOfLoss(c *change, at path.Path, before *findings) {
	var lines []string
	for _, v := range f.wrong {
		if v.attestation && !slices.Contains(before.wrong, v) {
			lines = append(lines, v.line)
		}
	}
	if len(lines) == 0 {
		return
	}
	c.Diags.AddAttributeWarning(at, lifecycle.About("Image loses its attestation", elementOf(c, at)),
		"This plan destroys an attestation. Without it, the planned policy is violated by\n"+listed(lines)+"\n\nUnless this plan "+
			"creates another valid attestation, keep it, or remove the image from must_conform.")
}

// elementOf names an element of must_conform, with its policy if that is known.
func elementOf(c *change, at path.Path) string {
	if id := c.Model.ID.ValueString(); id != "" {
		return id + ", " + at.String()
	}
	return at.String()
}

// tell reports violations, as a warning if the plan changes nothing, and undetermined results.
func (f *findings) tell(c *change, at path.Path, standing bool) {
	id, about := c.Model.ID.ValueString(), elementOf(c, at)
	const summary = "Image does not conform"
	switch {
	case len(f.wrong) > 0 && standing:
		c.Diags.AddAttributeWarning(at, lifecycle.About(summary, about), id+": "+f.refusal()+"\n\nThis plan does not change the "+
			"policy. The cause is a change outside of this plan.")
	case len(f.wrong) > 0:
		c.Diags.AddAttributeError(at, summary, strings.TrimPrefix(id+": ", ": ")+f.refusal())
	}
	if len(f.doubts) > 0 {
		c.Diags.AddAttributeWarning(at, lifecycle.About("Conformance is not certain", about), "The provider cannot determine these "+
			"results of the service:\n"+listed(f.doubts)+"\n\nAfter the write, the data source "+
			"binauthz_platform_policy_evaluation asks the service itself.")
	}
}
