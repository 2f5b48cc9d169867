package gke

import (
	"slices"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// poolChanges maps the desired fields of node pools to their effect.
var poolChanges = map[protoreflect.Name]func(c *cluster, u *containerpb.ClusterUpdate) (func(*containerpb.NodePool), error){
	"desired_node_pool_autoscaling": (*cluster).autoscale,
	"desired_image_type":            (*cluster).changeImage,
	"desired_node_version":          (*cluster).upgradeNodes,
}

// changePool returns the effect of an update on the pool named in desired_node_pool_id; a single
// pool needs no name.
func (c *cluster) changePool(u *containerpb.ClusterUpdate, field protoreflect.Name) (func(), error) {
	if err := c.checkPoolsModifiable(); err != nil {
		return nil, err
	}
	id := u.GetDesiredNodePoolId()
	if pools := c.message.GetNodePools(); id == "" && len(pools) == 1 {
		id = pools[0].GetName()
	}
	if id == "" {
		return nil, status.Errorf(codes.InvalidArgument,
			"desired_node_pool_id is required beside %s unless the cluster has one node pool.", field)
	}
	i, err := c.poolIndex(id)
	if err != nil {
		return nil, err
	}
	change, err := poolChanges[field](c, u)
	return func() {
		change(c.message.NodePools[i])
		countNodes(c.message)
		c.revision++
	}, err
}

func (c *cluster) autoscale(u *containerpb.ClusterUpdate) (func(*containerpb.NodePool), error) {
	wanted := proto.CloneOf(u.GetDesiredNodePoolAutoscaling())
	if !wanted.GetEnabled() {
		wanted = nil
	}
	return func(p *containerpb.NodePool) { p.Autoscaling = wanted }, nil
}

func (c *cluster) changeImage(u *containerpb.ClusterUpdate) (func(*containerpb.NodePool), error) {
	return func(p *containerpb.NodePool) { p.Config.ImageType = u.GetDesiredImageType() }, nil
}

func (c *cluster) upgradeNodes(u *containerpb.ClusterUpdate) (func(*containerpb.NodePool), error) {
	versions, _ := versionsOn(c.message.GetReleaseChannel().GetChannel())
	version, err := resolve(u.GetDesiredNodeVersion(), c.message.GetCurrentMasterVersion(), versions)
	return func(p *containerpb.NodePool) { p.Version = version }, err
}

// upgradeMaster is the effect of a desired_master_version.
func (c *cluster) upgradeMaster(u *containerpb.ClusterUpdate) (func(), error) {
	versions, standard := versionsOn(c.message.GetReleaseChannel().GetChannel())
	version, err := resolve(u.GetDesiredMasterVersion(), standard, versions)
	return func() {
		c.message.CurrentMasterVersion = version
		c.revision++
	}, err
}

// relocate is the effect of desired_locations. They move all node pools and "must always include
// the cluster's primary zone".
func (c *cluster) relocate(locations []string) (func(), error) {
	if zone.MatchString(c.name.Location) && !slices.Contains(locations, c.name.Location) {
		return nil, status.Errorf(codes.InvalidArgument, "The locations must include the cluster's primary zone %s.", c.name.Location)
	}
	return func() {
		c.message.Locations = slices.Clone(locations)
		for _, pool := range c.message.NodePools {
			pool.Locations = slices.Clone(locations)
		}
		countNodes(c.message)
		c.revision++
	}, nil
}

// operationType is the operation type of an update.
func operationType(u *containerpb.ClusterUpdate) containerpb.Operation_Type {
	switch {
	case u.GetDesiredMasterVersion() != "":
		return containerpb.Operation_UPGRADE_MASTER
	case u.GetDesiredNodeVersion() != "":
		return containerpb.Operation_UPGRADE_NODES
	}
	return containerpb.Operation_UPDATE_CLUSTER
}
