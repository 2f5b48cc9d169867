package iam

import (
	"slices"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// oldPolicy is a replaced policy with the number of reads that still return it.
type oldPolicy struct {
	policy *iampb.Policy
	reads  int
}

// ShowOld makes the next reads after every write return the previous policy, because IAM is
// eventually consistent (https://cloud.google.com/iam/docs/access-change-propagation). The real
// delay is not known; the default 0 means none.
func (s *Store) ShowOld(reads int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale, s.old = reads, map[string]*oldPolicy{}
}

// KeepCase keeps the case of e-mail addresses and domains. The default is lower case.
func (s *Store) KeepCase() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keeps = true
}

// ForgetAccount makes the next writes refuse a member, like a new service account that is not known
// everywhere yet.
func (s *Store) ForgetAccount(member string, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unknown == nil {
		s.unknown = map[string]int{}
	}
	s.unknown[member] = writes
}

// shown returns the policy for a read.
func (s *Store) shown(resource string) *iampb.Policy {
	if old := s.old[s.key(resource)]; old != nil && old.reads > 0 {
		old.reads--
		return old.policy
	}
	return s.at(resource)
}

func (s *Store) remember(resource string, replaced *iampb.Policy) {
	if s.stale > 0 {
		s.old[s.key(resource)] = &oldPolicy{replaced, s.stale}
	}
}

// checkAgainst refuses missing members: those not known yet, and deleted ones not in the current
// policy.
func (s *Store) checkAgainst(now, want *iampb.Policy) error {
	for _, b := range want.GetBindings() {
		for _, m := range b.GetMembers() {
			if s.unknown[m] > 0 {
				s.unknown[m]--
				return status.Errorf(codes.InvalidArgument, "Service account %s does not exist.", identifier(m))
			}
			if isDeleted(m) && !has(now, m) {
				return status.Errorf(codes.InvalidArgument, "Principal %s is deleted and cannot be granted a role.", m)
			}
		}
	}
	return nil
}

func has(p *iampb.Policy, member string) bool {
	return slices.ContainsFunc(p.GetBindings(), func(b *iampb.Binding) bool { return slices.Contains(b.GetMembers(), member) })
}

// HadMember adds a member to a policy without the checks of a write. This is how deleted principals
// remain in a policy.
func (s *Store) HadMember(resource, role, member string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := normalize(s.at(resource), s.keeps)
	join(p, &iampb.Binding{Role: role, Members: []string{member}}, s.keeps)
	s.writes++
	p.Etag = s.etag()
	s.policies[s.key(resource)] = p
}
