package binauthz

import (
	"context"

	pb "cloud.google.com/go/binaryauthorization/apiv1/binaryauthorizationpb"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/admission"
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

// policy is a copy of a project's policy; the caller holds the lock. Its name has the project id,
// however the project was named in the last write.
func (a *API) policy(n resname.Policy) *pb.Policy {
	n.Project = a.world.ProjectID(n.Project)
	kept := a.policies[a.world.ProjectNumber(n.Project)]
	if kept == nil {
		return defaultPolicy(n)
	}
	p := proto.CloneOf(kept)
	p.Name = n.String()
	return p
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
	kept.Name = m.a.policy(n).GetName()
	m.a.nameIdentities(kept)
	kept.UpdateTime = m.a.world.Now()
	kept.Etag = m.a.newEtag(kept.GetName())
	m.a.keep(n, kept)
	reply := proto.CloneOf(kept)
	reply.Etag = ""
	return reply, nil
}

// nameIdentities changes the keys of rules for Istio service identities to the returned form.
func (a *API) nameIdentities(p *pb.Policy) {
	if !a.StripSPIFFE || p.GetIstioServiceIdentityAdmissionRules() == nil {
		return
	}
	stripped := map[string]*pb.AdmissionRule{}
	for key, rule := range p.GetIstioServiceIdentityAdmissionRules() {
		stripped[admission.CanonicalKey(admission.ScopeIstioIdentity, key)] = rule
	}
	p.IstioServiceIdentityAdmissionRules = stripped
}
