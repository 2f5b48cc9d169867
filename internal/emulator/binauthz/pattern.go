package binauthz

import (
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
)

func checkPatterns(patterns []*pb.AdmissionWhitelistPattern) error {
	for _, p := range patterns {
		if admission.CheckPattern(p.GetNamePattern()) != nil {
			return invalid("The allowlist pattern '%s' is not valid.", p.GetNamePattern())
		}
	}
	return nil
}
