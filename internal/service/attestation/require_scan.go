package attestation

import (
	"fmt"
	"strings"

	"github.com/binauthz/terraform-provider-binauthz/internal/conformance"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

// unfinished describes an unfinished scan in one of the projects, nil if there is none.
func unfinished(found [][]conformance.Occurrence, image string, projects []string) *gcp.Error {
	still := &gcp.Error{
		Kind: gcp.KindBusy, Method: "ListOccurrences", Resource: image,
		Remedy: "Run again after the scan, or set a longer limit in timeouts.",
	}
	none := true
	for i, of := range found {
		of = conformance.Scans(of)
		none = none && len(of) == 0
		if conformance.Waiting(of) {
			still.Message = fmt.Sprintf("the vulnerability scan in project %s is %s", projects[i], status(of))
			return still
		}
	}
	if !none {
		return nil
	}
	still.Message = "no vulnerability scan in " + strings.Join(projects, ", ")
	still.Remedy += " A scan starts when an image is pushed to Artifact Registry and the API is enabled: gcloud services enable " +
		"containerscanning.googleapis.com --project=" + projects[0]
	return still
}

// status is the state of the unfinished scan.
func status(of []conformance.Occurrence) string {
	for _, o := range of {
		if conformance.Waiting([]conformance.Occurrence{o}) {
			return o.Discovery.AnalysisStatus
		}
	}
	return ""
}
