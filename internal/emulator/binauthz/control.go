package binauthz

import (
	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	grafeaspb "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// Policy is a copy of a project's policy: the default one if none was written.
func (a *API) Policy(project string) *pb.Policy {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.policy(resname.Policy{Project: project})
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

// Verify says why an attestation proves nothing for an attestor; nil when it does.
func Verify(attestor *pb.Attestor, attestation *grafeaspb.Occurrence) error {
	return verify(attestor.GetUserOwnedGrafeasNote(), &pb.ValidateAttestationOccurrenceRequest{
		Attestation: attestation.GetAttestation(), OccurrenceNote: attestation.GetNoteName(), OccurrenceResourceUri: attestation.GetResourceUri(),
	})
}
