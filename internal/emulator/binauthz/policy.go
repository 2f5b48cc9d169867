package binauthz

import (
	"context"
	"strings"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// defaultPolicy is the policy of a project before the first write, without etag and update time.
// https://cloud.google.com/binary-authorization/docs/configuring-policy-rest
func defaultPolicy(n resname.Policy) *pb.Policy {
	return &pb.Policy{
		Name:                       n.String(),
		GlobalPolicyEvaluationMode: pb.Policy_ENABLE,
		DefaultAdmissionRule: &pb.AdmissionRule{
			EvaluationMode:  pb.AdmissionRule_ALWAYS_ALLOW,
			EnforcementMode: pb.AdmissionRule_ENFORCED_BLOCK_AND_AUDIT_LOG,
		},
	}
}

func (m management) GetPolicy(_ context.Context, r *pb.GetPolicyRequest) (*pb.Policy, error) {
	n, err := policyName(r.GetName())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	return m.a.policy(n), nil
}

// policy is a copy of a project's policy; the caller holds the lock.
func (a *API) policy(n resname.Policy) *pb.Policy {
	if kept := a.policies[a.world.ProjectNumber(n.Project)]; kept != nil {
		return proto.CloneOf(kept)
	}
	return defaultPolicy(n)
}

func (m management) UpdatePolicy(_ context.Context, r *pb.UpdatePolicyRequest) (*pb.Policy, error) {
	n, err := policyName(r.GetPolicy().GetName())
	if err != nil {
		return nil, err
	}
	m.a.mu.Lock()
	defer m.a.mu.Unlock()
	if err := m.a.checkPolicy(r.GetPolicy()); err != nil {
		return nil, err
	}
	if err := checkEtag(r.GetPolicy().GetEtag(), m.a.policy(n).GetEtag()); err != nil {
		return nil, err
	}
	kept := proto.CloneOf(r.GetPolicy())
	if err := m.a.nameIdentities(kept); err != nil {
		return nil, err
	}
	kept.UpdateTime = m.a.world.Now()
	kept.Etag = m.a.newEtag(kept.GetName())
	m.a.keep(n, kept)
	reply := proto.CloneOf(kept)
	reply.Etag = ""
	return reply, nil
}

// nameIdentities changes the keys of rules for Istio service identities to the returned form.
func (a *API) nameIdentities(p *pb.Policy) error {
	if !a.StripSPIFFE || p.GetIstioServiceIdentityAdmissionRules() == nil {
		return nil
	}
	stripped := map[string]*pb.AdmissionRule{}
	for key, rule := range p.GetIstioServiceIdentityAdmissionRules() {
		short := strings.TrimPrefix(key, "spiffe://")
		if stripped[short] != nil {
			return invalid("There are two rules for the Istio service identity '%s'.", short)
		}
		stripped[short] = rule
	}
	p.IstioServiceIdentityAdmissionRules = stripped
	return nil
}
