package gke

import (
	"context"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// SetLegacyAbac is emulated because hashicorp/google uses it for enable_legacy_abac, in the same
// apply as Binary Authorization.
func (s *service) SetLegacyAbac(_ context.Context, r *containerpb.SetLegacyAbacRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	enabled := r.GetEnabled()
	return s.started(s.api.set(name, func(m *containerpb.Cluster) { m.LegacyAbac = &containerpb.LegacyAbac{Enabled: enabled} }))
}

// SetMaintenancePolicy replaces the policy. The resource version of the read policy guards the
// write.
func (s *service) SetMaintenancePolicy(_ context.Context, r *containerpb.SetMaintenancePolicyRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	c, err := s.api.find(name)
	if err != nil {
		return nil, err
	}
	asked, current := proto.CloneOf(r.GetMaintenancePolicy()), c.message.GetMaintenancePolicy().GetResourceVersion()
	if v := asked.GetResourceVersion(); v != "" && v != current {
		return nil, status.Error(codes.FailedPrecondition, "The resource version of the maintenance policy is not the current one.")
	}
	return s.started(s.api.set(name, func(m *containerpb.Cluster) {
		m.MaintenancePolicy = &containerpb.MaintenancePolicy{ResourceVersion: nextVersion(current)}
		overlay(m.MaintenancePolicy, &containerpb.MaintenancePolicy{
			Window:           asked.GetWindow(),
			DisruptionBudget: asked.GetDisruptionBudget(),
		})
		dropEmpty(m)
	}))
}

// nextVersion returns a resource version different from current.
func nextVersion(current string) string { return labelFingerprint(map[string]string{"after": current}) }

// set starts an update with its own API method.
func (a *API) set(name resname.Cluster, change func(*containerpb.Cluster)) (*operation, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	if err := c.checkUpdatable(); err != nil {
		return nil, err
	}
	return a.start(c, containerpb.Operation_UPDATE_CLUSTER, func() {
		change(c.message)
		c.revision++
	}, unchanged), nil
}
