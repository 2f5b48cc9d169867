package binauthz

import (
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/api/binaryauthorization/v1"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Policy is a copy of a project's policy: the default policy before the first write.
func (a *API) Policy(project string) *pb.Policy {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.policy(resname.Policy{Project: project})
}

// PlatformPolicy is a copy of a platform policy, nil if it does not exist.
func (a *API) PlatformPolicy(n resname.PlatformPolicy) *binaryauthorization.PlatformPolicy {
	p := a.platformPolicy(n)
	if p == nil {
		return nil
	}
	same := *p
	return &same
}

// Attestor is a copy of an attestor.
func (a *API) Attestor(name string) (*pb.Attestor, error) {
	n, err := attestorName(name)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.attestor(n)
}

// SystemPolicy is Google's policy in a region.
func (a *API) SystemPolicy(region string) (*pb.Policy, error) {
	return systemPolicy{world: a.world}.policy("locations/" + region + "/policy")
}

// Verify returns the reason why an attestation does not verify for an attestor, or nil.
func Verify(attestor *pb.Attestor, attestation *grafeaspb.Occurrence) error {
	return verify(attestor.GetUserOwnedGrafeasNote(), &pb.ValidateAttestationOccurrenceRequest{
		Attestation: attestation.GetAttestation(), OccurrenceNote: attestation.GetNoteName(),
		OccurrenceResourceUri: attestation.GetResourceUri(),
	})
}
