package binauthz

import (
	"regexp"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
)

// pattern is an allowlist pattern: an image, with an optional wildcard at its end, but only after
// "registry/" (google.cloud.binaryauthorization.v1.AdmissionWhitelistPattern.name_pattern).
var pattern = regexp.MustCompile(`^[^*/\s]+(/[^*\s]*\*{0,2}|[^*\s]*)$`)

func checkPatterns(patterns []*pb.AdmissionWhitelistPattern) error {
	for _, p := range patterns {
		if !pattern.MatchString(p.GetNamePattern()) {
			return invalid("The allowlist pattern '%s' is not valid.", p.GetNamePattern())
		}
	}
	return nil
}
