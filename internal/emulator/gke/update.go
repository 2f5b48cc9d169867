package gke

import (
	"slices"
	"strings"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/binauthz/terraform-provider-binauthz/internal/resname"
)

// beingChanged are the states with the API's older text for refused updates.
var beingChanged = []containerpb.Cluster_Status{
	containerpb.Cluster_PROVISIONING, containerpb.Cluster_RECONCILING, containerpb.Cluster_STOPPING, containerpb.Cluster_ERROR,
}

// update starts the update u. s replaces u's desired_binary_authorization; u must not have one.
func (a *API) update(name resname.Cluster, u *containerpb.ClusterUpdate, s *setting) (*operation, error) {
	c, err := a.find(name)
	if err != nil {
		return nil, err
	}
	change, err := a.change(c, u, s)
	if err != nil {
		return nil, err
	}
	if etag := u.GetEtag(); etag != "" && etag != c.etag() {
		return nil, status.Errorf(codes.Aborted, "The etag %s is not the current one of %s.", etag, name)
	}
	if err := c.checkUpdatable(); err != nil {
		return nil, err
	}
	return a.start(c, operationType(u), change, unchanged), nil
}

// change returns the effect of an update. It refuses an update with no field or several.
func (a *API) change(c *cluster, u *containerpb.ClusterUpdate, s *setting) (func(), error) {
	fields := desired(u)
	switch {
	case s == nil && len(fields) == 0:
		return nil, status.Error(codes.InvalidArgument, "Must provide an update.")
	case len(fields) > 1 && !together(fields) || s != nil && len(fields) > 0:
		return nil, status.Error(codes.InvalidArgument, "Only one desired field can be updated at a time.")
	case s != nil:
		return func() { a.hold(c, s) }, a.checkDistinct(s)
	}
	return c.changeField(u, fields)
}

// changeField returns the effect of a field outside Binary Authorization.
func (c *cluster) changeField(u *containerpb.ClusterUpdate, fields []protoreflect.FieldDescriptor) (func(), error) {
	switch {
	case u.GetDesiredNodePoolId() != "" && poolChanges[fields[0].Name()] == nil:
		return nil, status.Errorf(codes.InvalidArgument, "%s is not a field of a node pool.", fields[0].Name())
	case poolChanges[fields[0].Name()] != nil:
		return c.changePool(u, fields[0].Name())
	case fields[0].Name() == "desired_master_version":
		return c.upgradeMaster(u)
	case fields[0].Name() == "desired_locations":
		return c.relocate(u.GetDesiredLocations())
	case fields[0].Name() == "desired_addons_config":
		return c.switchAddons(u.GetDesiredAddonsConfig())
	}
	return c.assignAll(u, fields)
}

// together reports whether all fields are logging or monitoring. hashicorp/google changes both in
// one update.
func together(fields []protoreflect.FieldDescriptor) bool {
	return !slices.ContainsFunc(fields, func(f protoreflect.FieldDescriptor) bool {
		return f.Name() != "desired_logging_service" && f.Name() != "desired_monitoring_service"
	})
}

func (c *cluster) assignAll(u *containerpb.ClusterUpdate, fields []protoreflect.FieldDescriptor) (func(), error) {
	var all []func()
	for _, f := range fields {
		change, err := c.assign(u, f)
		if err != nil {
			return nil, err
		}
		all = append(all, change)
	}
	return func() {
		for _, change := range all {
			change()
		}
	}, nil
}

// desired returns the fields set in u, without those that name the cluster or node pool.
func desired(u *containerpb.ClusterUpdate) []protoreflect.FieldDescriptor {
	var set []protoreflect.FieldDescriptor
	u.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		if f.Name() != "etag" && f.Name() != "desired_node_pool_id" {
			set = append(set, f)
		}
		return true
	})
	return set
}

// assign copies a desired field to the field of Cluster with the same name and type.
func (c *cluster) assign(u *containerpb.ClusterUpdate, from protoreflect.FieldDescriptor) (func(), error) {
	name := protoreflect.Name(strings.TrimPrefix(string(from.Name()), "desired_"))
	to := c.message.ProtoReflect().Descriptor().Fields().ByName(name)
	if to == nil || !sameType(from, to) {
		return nil, status.Errorf(codes.Unimplemented, "%s is not emulated.", from.Name())
	}
	value := proto.CloneOf(u).ProtoReflect().Get(from)
	return func() {
		c.message.ProtoReflect().Set(to, value)
		c.revision++
	}, nil
}

// switchAddons changes only the named addons: gcloud's --update-addons sends no others.
func (c *cluster) switchAddons(named *containerpb.AddonsConfig) (func(), error) {
	return func() {
		overlay(c.message.AddonsConfig, named)
		c.revision++
	}, nil
}

func sameType(x, y protoreflect.FieldDescriptor) bool {
	return x.Kind() == y.Kind() && x.Cardinality() == y.Cardinality() && x.Message() == y.Message() && x.Enum() == y.Enum()
}

// checkIdle refuses a second operation. The form with ErrorInfo is reported in
// https://github.com/kubernetes-sigs/cluster-api-provider-gcp/issues/1363.
func (c *cluster) checkIdle() error {
	if c.busy == nil {
		return nil
	}
	busy := status.Newf(codes.FailedPrecondition, "Cluster is running incompatible operation %s.", c.busy.id)
	detailed, err := busy.WithDetails(&errdetails.ErrorInfo{Reason: "CLUSTER_ALREADY_HAS_OPERATION", Domain: "container.googleapis.com"})
	if err != nil {
		return busy.Err()
	}
	return detailed.Err()
}

// checkUpdatable refuses an update in a state without updates. The text for a cluster without an
// operation is reported in https://github.com/hashicorp/terraform-provider-google/issues/7638.
func (c *cluster) checkUpdatable() error {
	if err := c.checkIdle(); err != nil {
		return err
	}
	if slices.Contains(beingChanged, c.status) {
		return status.Error(codes.FailedPrecondition,
			"Cluster is currently being created, deleted, updated or repaired and cannot be updated.")
	}
	return nil
}
