package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	grafeas "google.golang.org/genproto/googleapis/grafeas/v1"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// proof fetches what a verdict depends on beyond the policy: attestors, their attestations, Google's system policy.
type proof struct {
	ctx     context.Context //nolint:containedctx // admission.Attestations is asked without one, because it is pure
	clients *gcp.Clients
}

func newProof(ctx context.Context, clients *gcp.Clients) *proof { return &proof{ctx, clients} }

// missing says whether an attestor is certain not to be there when the policy is written.
func (p *proof) missing(attestor string) bool {
	name, err := resname.ParseAttestor(attestor, "")
	if err != nil || p.clients.Claims(attestor).Has(gcp.Changing) {
		return false
	}
	_, err = p.clients.Attestor(p.ctx, name)
	return gcp.IsKind(err, gcp.KindNotFound)
}

// system is the system policy where the request runs, nil where it does not count or cannot be read. "global" is the
// smallest set that every region admits.
func (p *proof) system(rules admission.Policy, r admission.Request) *admission.Policy {
	if !rules.GlobalEvaluation {
		return nil
	}
	location, _, found := strings.Cut(r.Cluster, ".")
	if !found {
		location = "global"
	}
	message, err := p.clients.SystemPolicy(p.ctx, region(location))
	if err != nil {
		return nil
	}
	policy := gcp.Rules(message)
	return &policy
}

// region is the region of a zone: the system policy is kept by region.
func region(location string) string {
	if parts := strings.Split(location, "-"); len(parts) == 3 {
		return strings.Join(parts[:2], "-")
	}
	return location
}

// Verified implements admission.Attestations: it fetches the attestor and its attestations of the image and verifies them.
func (p *proof) Verified(attestor, image string) (ok bool, why string) {
	e, why := p.evidence(attestor, image)
	if why != "" {
		return false, why
	}
	if e.verifies(e.keys) {
		return true, "attested by " + attestor
	}
	return false, fmt.Sprintf("of %d attestations none verifies with a key of the attestor", len(e.occurrences))
}

// evidence is what there is for an image: the attestations of an attestor, and its keys.
type evidence struct {
	digest      string
	keys        attest.Keyring
	occurrences []*gcp.Occurrence
}

// evidence fetches, or says why there is nothing.
func (p *proof) evidence(attestor, image string) (e evidence, why string) {
	name, err := resname.ParseAttestor(attestor, "")
	if err != nil {
		return e, err.Error()
	}
	a, err := p.clients.Attestor(p.ctx, name)
	if err != nil {
		return e, fmt.Sprintf("%s could not be read: %s", attestor, err)
	}
	_, digest, found := strings.Cut(image, "@")
	if !found {
		return e, "the image has no digest, and attestations are about digests"
	}
	occurrences, err := p.clients.Attestations(p.ctx, a.GetUserOwnedGrafeasNote().GetNoteReference(), digest)
	if err != nil {
		return e, fmt.Sprintf("attestations of %s could not be read: %s", attestor, err)
	}
	if len(occurrences) == 0 {
		return e, noAttestation
	}
	return evidence{digest, gcp.Keyring(a), occurrences}, ""
}

// verifies says whether one attestation is good for one of the keys.
func (e evidence) verifies(keys attest.Keyring) bool {
	return slices.ContainsFunc(e.occurrences, func(o *gcp.Occurrence) bool { return gcp.Proven(keys, o.GetAttestation(), e.digest) == nil })
}

// names says whether one attestation is signed with a key of one of the ids; "" stands for any.
func (e evidence) names(ids []string) bool {
	return slices.ContainsFunc(e.occurrences, func(o *gcp.Occurrence) bool {
		return slices.ContainsFunc(o.GetAttestation().GetSignatures(), func(s *grafeas.Signature) bool {
			return slices.Contains(ids, "") || slices.Contains(ids, s.GetPublicKeyId())
		})
	})
}

// noAttestation is a reason that another resource of the same configuration may take away.
const noAttestation = "there is no attestation of it"
