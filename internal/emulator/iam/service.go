package iam

import (
	"context"
	"strings"

	"cloud.google.com/go/iam/apiv1/iampb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Owner knows a kind of resource. known is false for names of another kind.
type Owner func(resource string) (exists, known bool)

// Service is google.iam.v1.IAMPolicy: one service on the port for the resources of several APIs.
type Service struct {
	iampb.UnimplementedIAMPolicyServer
	store  *Store
	owners []Owner
}

// NewService serves the policies of store for the owners' resources.
func NewService(store *Store, owners ...Owner) *Service {
	return &Service{store: store, owners: owners}
}

// Register adds the service to s.
func (s *Service) Register(r grpc.ServiceRegistrar) { iampb.RegisterIAMPolicyServer(r, s) }

// GetIamPolicy returns the policy of an existing resource.
func (s *Service) GetIamPolicy(_ context.Context, r *iampb.GetIamPolicyRequest) (*iampb.Policy, error) {
	if err := s.check(r.GetResource()); err != nil {
		return nil, err
	}
	return s.store.Get(r.GetResource(), r.GetOptions().GetRequestedPolicyVersion())
}

// SetIamPolicy replaces the policy of an existing resource.
func (s *Service) SetIamPolicy(_ context.Context, r *iampb.SetIamPolicyRequest) (*iampb.Policy, error) {
	if err := s.check(r.GetResource()); err != nil {
		return nil, err
	}
	if err := checkParts(r); err != nil {
		return nil, err
	}
	return s.store.Set(r.GetResource(), r.GetPolicy())
}

// checkParts refuses parts of a request that only the REST API of Cloud KMS has.
func checkParts(r *iampb.SetIamPolicyRequest) error {
	switch {
	case strings.Contains(r.GetResource(), "/keyRings/"):
		return nil
	case r.GetUpdateMask() != nil:
		return status.Errorf(codes.InvalidArgument, "An update mask is not supported on resource %s.", r.GetResource())
	case len(r.GetPolicy().GetAuditConfigs()) > 0:
		return status.Errorf(codes.InvalidArgument, "Audit configurations are not supported on resource %s.", r.GetResource())
	}
	return nil
}

// TestIamPermissions returns no permissions and no error for a missing resource, as documented for
// the method.
func (s *Service) TestIamPermissions(_ context.Context, r *iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
	err := s.check(r.GetResource())
	if status.Code(err) == codes.NotFound {
		return &iampb.TestIamPermissionsResponse{}, nil
	}
	if err != nil {
		return nil, err
	}
	granted, err := s.store.Test(r.GetPermissions())
	return &iampb.TestIamPermissionsResponse{Permissions: granted}, err
}

func (s *Service) check(resource string) error {
	for _, owner := range s.owners {
		if exists, known := owner(resource); known && exists {
			return nil
		} else if known {
			return status.Error(codes.NotFound, "Requested entity was not found.")
		}
	}
	return status.Errorf(codes.InvalidArgument, "The resource name %q is not valid.", resource)
}
