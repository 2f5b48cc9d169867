package binauthz

import (
	"context"
	"regexp"
	"time"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

type systemPolicy struct {
	pb.UnimplementedSystemPolicyV1Server
}

var systemPolicyName = regexp.MustCompile(`^locations/[a-z0-9-]+/policy$`)

// googleImages are the registries of GKE's own images that Google's documentation puts into example policies.
var googleImages = []string{
	"gcr.io/google_containers/*", "gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*",
}

// GetSystemPolicy returns a policy of the shape of Google's. What Google's really allows changes by region and time and is not published.
func (systemPolicy) GetSystemPolicy(_ context.Context, r *pb.GetSystemPolicyRequest) (*pb.Policy, error) {
	if !systemPolicyName.MatchString(r.GetName()) {
		return nil, invalid("The system policy name '%s' is not valid: want locations/*/policy.", r.GetName())
	}
	p := &pb.Policy{
		Name:       r.GetName(),
		UpdateTime: timestamppb.New(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)),
		DefaultAdmissionRule: &pb.AdmissionRule{
			EvaluationMode:  pb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: pb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
	for _, image := range googleImages {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &pb.AdmissionWhitelistPattern{NamePattern: image})
	}
	return p, nil
}
