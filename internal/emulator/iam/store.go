// Package iam stores the allow policies of emulated resources. It serves google.iam.v1.IAMPolicy
// for resources without such methods in their own service. Nothing is enforced: every caller has
// every permission.
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

// noPolicy is the etag of a resource without a policy; "ACAB" in JSON.
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

// Get returns the policy of resource, an empty one if none was set. version is the highest policy
// version the caller understands. Below 3, conditional bindings come without their condition, with
// a special role name (https://cloud.google.com/iam/docs/troubleshooting-withcond).
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

// Set replaces the policy of resource. An outdated etag is refused with ABORTED. A policy without
// etag replaces any policy, even one with conditions.
func (s *Store) Set(resource string, p *iampb.Policy) (*iampb.Policy, error) {
	if err := check(p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.at(resource)
	if len(p.GetEtag()) > 0 && !slices.Equal(p.GetEtag(), now.GetEtag()) {
		return nil, status.Errorf(codes.Aborted,
			"There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. "+
				"The request's ETag '%s' did not match the current policy's ETag '%s'.", quoted(p.GetEtag()), quoted(now.GetEtag()))
	}
	if err := checkVersion(now, p); err != nil {
		return nil, err
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

// Test returns the caller's subset of permissions: all of them. Wildcards are refused.
func (s *Store) Test(permissions []string) ([]string, error) {
	for _, p := range permissions {
		if p == "" || strings.Contains(p, "*") {
			return nil, status.Errorf(codes.InvalidArgument, "Permission %q is not valid.", p)
		}
	}
	return permissions, nil
}

// Delete deletes the policy of resource, for a deleted resource.
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

// key is the resource's name with the project number. The name with the id means the same resource.
func (s *Store) key(resource string) string {
	parts := strings.SplitN(resource, "/", 3)
	if len(parts) > 1 && parts[0] == "projects" {
		parts[1] = s.world.ProjectNumber(parts[1])
	}
	return strings.Join(parts, "/")
}

// quoted is an etag in the form used by conflict messages.
func quoted(etag []byte) string { return strings.Trim(strconv.QuoteToASCII(string(etag)), `"`) }

// etag returns a new etag for every write: eight bytes, like those of Google's IAM.
func (s *Store) etag() []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(s.world.Clock().UnixMicro())+s.writes)
}
