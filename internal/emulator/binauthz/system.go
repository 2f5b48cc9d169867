package binauthz

import (
	"context"
	"regexp"
	"slices"
	"time"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

type systemPolicy struct {
	pb.UnimplementedSystemPolicyV1Server
	world *world.World
}

var systemPolicyName = regexp.MustCompile(`^locations/([a-z0-9-]+)/policy$`)

// global is the location of the system policy for regions not named by Google.
const global = "global"

// googleImages are the registries of GKE's own images in the example policies of Google's
// documentation.
var googleImages = []string{
	"gcr.io/google_containers/*", "gcr.io/google-containers/*", "k8s.gcr.io/**", "gke.gcr.io/**", "gcr.io/stackdriver-agents/*",
}

// GetSystemPolicy returns a policy of the same form as Google's. The contents of Google's policy
// differ by region and time and are not published.
func (s systemPolicy) GetSystemPolicy(_ context.Context, r *pb.GetSystemPolicyRequest) (*pb.Policy, error) {
	return s.policy(r.GetName())
}

func (s systemPolicy) policy(full string) (*pb.Policy, error) {
	name := systemPolicyName.FindStringSubmatch(full)
	switch {
	case name == nil:
		return nil, invalid("The system policy name '%s' is not valid: want locations/*/policy.", full)
	case name[1] != global && !s.world.HasRegion(name[1]):
		return nil, world.NoLocation("binaryauthorization.googleapis.com", "", name[1])
	}
	p := &pb.Policy{
		Name:       full,
		UpdateTime: timestamppb.New(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)),
		DefaultAdmissionRule: &pb.AdmissionRule{
			EvaluationMode:  pb.AdmissionRule_ALWAYS_DENY,
			EnforcementMode: pb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
	for _, image := range imagesOf(name[1]) {
		p.AdmissionWhitelistPatterns = append(p.AdmissionWhitelistPatterns, &pb.AdmissionWhitelistPattern{NamePattern: image})
	}
	return p, nil
}

// imagesOf returns the patterns for GKE's images in a region. The last is the region's main
// registry of GKE images; no pattern can name the registries of all regions. It was seen in the
// system policy of us-central1.
func imagesOf(region string) []string {
	if region == global {
		return googleImages
	}
	return append(slices.Clone(googleImages), region+"-artifactregistry.gcr.io/gke-release/gke-release/**")
}
