package attestation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
)

// Results for the attestation if the image fails.
const (
	nothingSigned = "Nothing was signed or written."
	nothingToSign = "The apply would sign nothing."
	staysAsItIs   = "The existing attestation stays unchanged, and the state keeps the previous require."
)

// Advice for an image that fails.
const (
	fixTheImage = "Build the image again with the fixes, or add accepted vulnerabilities to allowed_cves."
	scanAgain   = "An image passes only with a successful scan: push the image again to scan it, or remove vulnerability from require."
	settle      = "Findings that Google might forbid are rejected. " +
		"Build the image again without them, or change the limits to allow them in any case."
	buildAnew = "Build the image according to one of the rules, and attest the new image."
)

// refusal explains why an image fails a check, with one line for each finding and each failed scan.
func (d *demand) refusal(c demandedCheck, result conformance.CheckResult, found []conformance.Occurrence) error {
	lines := []string{"the image does not pass. " + strings.TrimSuffix(result.Sentence, ".") + ":"}
	for _, finding := range slices.Concat(failedScans(found), result.Findings) {
		lines = append(lines, "  "+finding)
	}
	if result.Doubt != "" {
		lines = append(lines,
			"Google does not document this case, so the strictest result counts: "+strings.TrimSuffix(result.Doubt, ".")+".")
	}
	remedy := c.remedy
	doubtful := c.check.VulnerabilityCheck != nil && result.Possible.Has(conformance.Conformant)
	switch {
	case result.Possible.Strictest() == conformance.Errored, doubtful && len(result.Findings) == 0:
		remedy = scanAgain
	case doubtful:
		remedy = settle
	}
	return fmt.Errorf("%s\n\n%s %s", strings.Join(lines, "\n"), d.otherwise, remedy)
}

// failedScans returns a line for each scan that ended without a result.
func failedScans(found []conformance.Occurrence) (lines []string) {
	for _, o := range found {
		if o.Discovery == nil || !strings.HasPrefix(o.Discovery.AnalysisStatus, "FINISHED_") ||
			o.Discovery.AnalysisStatus == "FINISHED_SUCCESS" {
			continue
		}
		line := "the scan " + o.Name + " is " + o.Discovery.AnalysisStatus
		if why := o.Discovery.AnalysisStatusError.Message; why != "" {
			line += ": " + why
		}
		lines = append(lines, line)
	}
	return lines
}
