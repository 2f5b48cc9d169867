package iam

import (
	"slices"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// oldPolicy is a policy that a write has replaced, with the number of reads that still show it.
type oldPolicy struct {
	policy *iampb.Policy
	reads  int
}

// ShowOld makes the next reads after every write show the policy from before it, as IAM is eventually consistent
// (https://cloud.google.com/iam/docs/access-change-propagation). How long it takes is not known; 0, the default, is not at all.
func (s *Store) ShowOld(reads int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale, s.old = reads, map[string]*oldPolicy{}
}

// KeepCase makes the store keep e-mail addresses and domains as they are written, instead of in lower case.
func (s *Store) KeepCase() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keeps = true
}

// ForgetAccount makes the next writes refuse a member, as a service account that was just made is not known everywhere yet.
func (s *Store) ForgetAccount(member string, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unknown == nil {
		s.unknown = map[string]int{}
	}
	s.unknown[member] = writes
}

// shown is the policy that a read shows.
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

// checkAgainst refuses members that do not exist: those that are not known yet, and deleted ones that the policy did not have.
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

// HadMember puts a member into the policy of a resource that a write would refuse, as deleted principals are left in one.
func (s *Store) HadMember(resource, role, member string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := normalize(s.at(resource), s.keeps)
	join(p, &iampb.Binding{Role: role, Members: []string{member}}, s.keeps)
	s.writes++
	p.Etag = s.etag()
	s.policies[s.key(resource)] = p
}
