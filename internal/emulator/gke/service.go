package gke

import (
	"context"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/protobuf/proto"
)

// v1 is the version in the links of gRPC answers.
const v1 = "v1"

// service is google.container.v1.ClusterManager.
type service struct {
	containerpb.UnimplementedClusterManagerServer
	api *API
}

func (s *service) GetCluster(_ context.Context, r *containerpb.GetClusterRequest) (*containerpb.Cluster, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	c, err := s.api.find(name)
	if err != nil {
		return nil, err
	}
	return s.cluster(c), nil
}

func (s *service) cluster(c *cluster) *containerpb.Cluster {
	m := s.api.describe(c, v1)
	m.BinaryAuthorization = s.api.v1Setting(c.setting)
	return m
}

func (s *service) ListClusters(_ context.Context, r *containerpb.ListClustersRequest) (*containerpb.ListClustersResponse, error) {
	defer s.api.lock()()
	p, _, err := s.api.locate(r.GetParent(), "", legacy{r.GetProjectId(), r.GetZone(), ""})
	if err != nil {
		return nil, err
	}
	found := &containerpb.ListClustersResponse{MissingZones: s.api.missingIn(p)}
	for _, c := range s.api.within(p) {
		found.Clusters = append(found.Clusters, s.cluster(c))
	}
	return found, nil
}

func (s *service) CreateCluster(_ context.Context, r *containerpb.CreateClusterRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	p, _, err := s.api.locate(r.GetParent(), "", legacy{r.GetProjectId(), r.GetZone(), ""})
	if err != nil {
		return nil, err
	}
	asked, err := settingFromV1(r.GetCluster().GetBinaryAuthorization())
	if err != nil {
		return nil, err
	}
	return s.started(s.api.create(p, r.GetCluster(), asked))
}

func (s *service) UpdateCluster(_ context.Context, r *containerpb.UpdateClusterRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	asked, err := settingFromV1(r.GetUpdate().GetDesiredBinaryAuthorization())
	if err != nil {
		return nil, err
	}
	rest := &containerpb.ClusterUpdate{}
	proto.Merge(rest, r.GetUpdate())
	rest.DesiredBinaryAuthorization = nil
	return s.started(s.api.update(name, rest, asked))
}

func (s *service) DeleteCluster(_ context.Context, r *containerpb.DeleteClusterRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	return s.started(s.api.remove(name))
}

func (s *service) started(op *operation, err error) (*containerpb.Operation, error) {
	if err != nil {
		return nil, err
	}
	return s.api.reportOperation(op, v1), nil
}

func (s *service) GetOperation(_ context.Context, r *containerpb.GetOperationRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	p, id, err := s.api.locate(r.GetName(), "operations", legacy{r.GetProjectId(), r.GetZone(), r.GetOperationId()})
	if err != nil {
		return nil, err
	}
	return s.api.getOperation(p, id, v1)
}

func (s *service) ListOperations(_ context.Context, r *containerpb.ListOperationsRequest) (*containerpb.ListOperationsResponse, error) {
	defer s.api.lock()()
	p, _, err := s.api.locate(r.GetParent(), "", legacy{r.GetProjectId(), r.GetZone(), ""})
	if err != nil {
		return nil, err
	}
	return &containerpb.ListOperationsResponse{Operations: s.api.listOperations(p, v1), MissingZones: s.api.missingIn(p)}, nil
}

func (s *service) GetServerConfig(_ context.Context, r *containerpb.GetServerConfigRequest) (*containerpb.ServerConfig, error) {
	if _, _, err := s.api.locate(r.GetName(), "", legacy{r.GetProjectId(), r.GetZone(), ""}); err != nil {
		return nil, err
	}
	return serverConfig(), nil
}
