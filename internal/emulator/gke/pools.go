package gke

import (
	"context"
	"slices"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

func (s *service) ListNodePools(_ context.Context, r *containerpb.ListNodePoolsRequest) (*containerpb.ListNodePoolsResponse, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetParent(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	c, err := s.api.find(name)
	if err != nil {
		return nil, err
	}
	return &containerpb.ListNodePoolsResponse{NodePools: s.api.describe(c, v1).GetNodePools()}, nil
}

func (s *service) GetNodePool(_ context.Context, r *containerpb.GetNodePoolRequest) (*containerpb.NodePool, error) {
	defer s.api.lock()()
	name, pool, err := s.api.locatePool(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()}, r.GetNodePoolId())
	if err != nil {
		return nil, err
	}
	return s.api.nodePool(name, pool, v1)
}

func (s *service) CreateNodePool(_ context.Context, r *containerpb.CreateNodePoolRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, err := s.api.locateCluster(r.GetParent(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()})
	if err != nil {
		return nil, err
	}
	return s.started(s.api.createPool(name, r.GetNodePool()))
}

// DeleteNodePool is emulated for hashicorp/google: it is the first call after a create with
// remove_default_node_pool.
func (s *service) DeleteNodePool(_ context.Context, r *containerpb.DeleteNodePoolRequest) (*containerpb.Operation, error) {
	defer s.api.lock()()
	name, pool, err := s.api.locatePool(r.GetName(), legacy{r.GetProjectId(), r.GetZone(), r.GetClusterId()}, r.GetNodePoolId())
	if err != nil {
		return nil, err
	}
	return s.started(s.api.removePool(name, pool))
}

// locatePool parses the name of a node pool, or the deprecated fields.
func (a *API) locatePool(name string, deprecated legacy, id string) (resname.Cluster, string, error) {
	parent, pool, ok := strings.Cut(name, "/nodePools/")
	switch {
	case name == "":
		pool, ok = id, id != ""
	case strings.Contains(pool, "/"):
		ok = false
	}
	if !ok || pool == "" {
		return resname.Cluster{}, "", badName(name, []string{"projects", "", "locations", "", "clusters", "", "nodePools", ""})
	}
	cluster, err := a.locateCluster(parent, deprecated)
	return cluster, pool, err
}

// nodePool is a pool in the form of an API version.
func (a *API) nodePool(name resname.Cluster, id, version string) (*containerpb.NodePool, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	i, err := c.poolIndex(id)
	if err != nil {
		return nil, err
	}
	return a.describe(c, version).GetNodePools()[i], nil
}

func (c *cluster) poolIndex(id string) (int, error) {
	i := slices.IndexFunc(c.message.GetNodePools(), func(p *containerpb.NodePool) bool { return p.GetName() == id })
	if i < 0 {
		return 0, status.Errorf(codes.NotFound, "Not found: %s/nodePools/%s.", path(placeOf(c.name), "clusters", c.name.ID), id)
	}
	return i, nil
}

// createPool starts the creation of a pool. The pool exists once the operation ends.
func (a *API) createPool(name resname.Cluster, asked *containerpb.NodePool) (*operation, error) {
	c, err := a.find(name)
	switch {
	case err != nil:
		return nil, err
	case asked.GetName() == "":
		return nil, status.Error(codes.InvalidArgument, "Must provide a node pool with a name.")
	}
	if _, err := c.poolIndex(asked.GetName()); err == nil {
		return nil, status.Errorf(codes.AlreadyExists, "Already exists: %s/nodePools/%s.",
			path(placeOf(name), "clusters", name.ID), asked.GetName())
	}
	return a.startPool(c, containerpb.Operation_CREATE_NODE_POOL, asked.GetName(), func() {
		pool := defaultPool(c.message)
		overlay(pool, asked)
		pool.Status = containerpb.NodePool_RUNNING
		c.message.NodePools = append(c.message.NodePools, pool)
	})
}

func (a *API) removePool(name resname.Cluster, id string) (*operation, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	if _, err := c.poolIndex(id); err != nil {
		return nil, err
	}
	return a.startPool(c, containerpb.Operation_DELETE_NODE_POOL, id, func() {
		c.message.NodePools = slices.DeleteFunc(c.message.NodePools, func(p *containerpb.NodePool) bool { return p.GetName() == id })
	})
}

// startPool starts an operation on a pool. Like every other operation, it makes the cluster busy.
func (a *API) startPool(c *cluster, kind containerpb.Operation_Type, id string, commit func()) (*operation, error) {
	if err := c.checkPoolsModifiable(); err != nil {
		return nil, err
	}
	if err := c.checkUpdatable(); err != nil {
		return nil, err
	}
	op := a.start(c, kind, func() {
		commit()
		countNodes(c.message)
		c.revision++
	}, unchanged)
	op.pool = id
	return op, nil
}

// checkPoolsModifiable refuses changes of the node pools of an Autopilot cluster.
func (c *cluster) checkPoolsModifiable() error {
	if c.message.GetAutopilot().GetEnabled() {
		return status.Error(codes.InvalidArgument, "Autopilot node pools cannot be accessed or modified.")
	}
	return nil
}
