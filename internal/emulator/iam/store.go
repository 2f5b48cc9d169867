// Package iam keeps the allow policies of emulated resources and serves google.iam.v1.IAMPolicy for those that have no service of
// their own for it. Nothing is enforced: every caller may do everything.
package iam

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/world"
)

// noPolicy is the etag of a resource whose policy was never set; "ACAB" in JSON.
var noPolicy = []byte{0x00, 0x20, 0x01}

// Store holds allow policies by resource name. It is safe for concurrent use.
type Store struct {
	world *world.World

	mu       sync.Mutex
	policies map[string]*iampb.Policy
	writes   uint64

	stale   int
	old     map[string]*oldPolicy
	unknown map[string]int
	keeps   bool
}

// NewStore returns a store without policies.
func NewStore(w *world.World) *Store {
	return &Store{world: w, policies: map[string]*iampb.Policy{}}
}

// Get is the policy of resource, an empty one when none was set. version is the highest policy version the caller understands;
// below 3 conditional bindings come without their condition and with a role that says so
// (https://cloud.google.com/iam/docs/troubleshooting-withcond).
func (s *Store) Get(resource string, version int32) (*iampb.Policy, error) {
	if version != 0 && version != 1 && version != 3 {
		return nil, status.Errorf(codes.InvalidArgument, "Policy version %d is not supported: want 0, 1 or 3.", version)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := proto.CloneOf(s.shown(resource))
	if version < 3 && p.GetVersion() == 3 {
		hideConditions(p)
	}
	return p, nil
}

// Set replaces the policy of resource. A policy with an etag is refused with ABORTED unless the etag is the current one; a policy without
// etag replaces whatever is there.
func (s *Store) Set(resource string, p *iampb.Policy) (*iampb.Policy, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.at(resource)
	if len(p.GetEtag()) > 0 && !slices.Equal(p.GetEtag(), now.GetEtag()) {
		return nil, status.Errorf(codes.Aborted, "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. "+
			"The request's ETag '%s' did not match the current policy's ETag '%s'.", quoted(p.GetEtag()), quoted(now.GetEtag()))
	}
	if err := s.checkAgainst(now, p); err != nil {
		return nil, err
	}
	kept := normalize(p, s.keeps)
	s.writes++
	kept.Etag = s.etag()
	s.remember(resource, now)
	s.policies[s.key(resource)] = kept
	return proto.CloneOf(kept), nil
}

// Test is the subset of permissions the caller has, which is all of them. Wildcards are refused.
func (s *Store) Test(permissions []string) ([]string, error) {
	for _, p := range permissions {
		if p == "" || strings.Contains(p, "*") {
			return nil, status.Errorf(codes.InvalidArgument, "Permission %q is not valid.", p)
		}
	}
	return permissions, nil
}

// Delete forgets the policy of resource, as happens when the resource goes.
func (s *Store) Delete(resource string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.policies, s.key(resource))
	delete(s.old, s.key(resource))
}

func (s *Store) at(resource string) *iampb.Policy {
	if p := s.policies[s.key(resource)]; p != nil {
		return p
	}
	return &iampb.Policy{Etag: noPolicy}
}

// key is the resource's name with the project's number, which stands for the same resource as the one with the id.
func (s *Store) key(resource string) string {
	parts := strings.SplitN(resource, "/", 3)
	if len(parts) > 1 && parts[0] == "projects" {
		parts[1] = s.world.ProjectNumber(parts[1])
	}
	return strings.Join(parts, "/")
}

// quoted is an etag as the message of a conflict has it.
func quoted(etag []byte) string { return strings.Trim(strconv.QuoteToASCII(string(etag)), `"`) }

// etag is different after every write: eight bytes, like the ones Google's IAM hands out.
func (s *Store) etag() []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(s.world.Clock().UnixMicro())+s.writes)
}
