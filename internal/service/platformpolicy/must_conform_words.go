package platformpolicy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	binaryauthorization "google.golang.org/api/binaryauthorization/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
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
	attestation bool // an attestation would repair it
	unscanned   bool // there is no valid scan
	// check is the check for the attestation, nil if unknown.
	check *binaryauthorization.SimpleSigningAttestationCheck
}

// sort separates certain violations from undetermined results. by is the policy with all checks.
func (f *findings) sort(by *gcp.PlatformPolicy) {
	for _, pod := range f.pods {
		for i, image := range pod.lenient.Images {
			if !image.Possible.Has(conformance.Conformant) {
				f.wrong = append(f.wrong, violations(by, image)...)
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

// await leaves an image to the apply if only an attestation of this plan is missing.
func (f *findings) await(comes func(digest string, check *binaryauthorization.SimpleSigningAttestationCheck) bool) {
	decided := map[string]bool{}
	for _, v := range f.wrong {
		_, digest, _ := strings.Cut(v.image, "@")
		decided[v.image] = decided[v.image] || !v.attestation || !comes(digest, v.check)
	}
	for image, is := range decided {
		if !is {
			f.later = append(f.later, image+": this plan creates its attestation")
		}
	}
	slices.Sort(f.later)
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

func violations(by *gcp.PlatformPolicy, image conformance.ImageResult) (all []violation) {
	if image.Set == nil {
		return []violation{{image: image.Image, line: image.Image + ": " + image.Explanation}}
	}
	for _, c := range image.Set.Checks {
		if !c.Possible.Has(conformance.Conformant) {
			line := fmt.Sprintf("%s: %s: %s. %s", image.Image, title(image.Set, c), c.Possible, c.Sentence)
			all = append(all, violation{
				image:       image.Image,
				line:        strings.Join(append([]string{line}, c.Findings...), "\n    "),
				attestation: c.Type == simpleSigning,
				unscanned:   c.Possible == conformance.Only(conformance.Errored),
				check:       attestationCheckOf(by, image.Set.Index, c.Index),
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

// tell reports violations, as a warning if the plan changes nothing, and undetermined results.
func (f *findings) tell(c *change, at path.Path, standing bool) {
	id := c.Model.ID.ValueString()
	about := at.String()
	if id != "" {
		about = id + ", " + about
	}
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
