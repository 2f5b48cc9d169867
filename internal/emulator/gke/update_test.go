package gke_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func modesOf(c *cloud, name string) []string {
	var modes []string
	for _, s := range c.History(name) {
		modes = append(modes, s.Mode)
	}
	return modes
}

func TestUpdateShowsWhenItsOperationEnds(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	before := c.get(t, zonal).Etag
	_, err := c.set(t, zonal, 2)
	must(t, err)
	for range 59 {
		c.pass(time.Second)
		m := c.get(t, zonal)
		equal(t, "status meanwhile", m.Status, containerpb.Cluster_RECONCILING)
		if m.BinaryAuthorization != nil {
			t.Fatalf("the setting shows before the operation ended: %v", m.BinaryAuthorization)
		}
	}
	c.pass(time.Second)
	m := c.get(t, zonal)
	equal(t, "status", m.Status, containerpb.Cluster_RUNNING)
	equal(t, "the mode", m.BinaryAuthorization.GetEvaluationMode(), containerpb.BinaryAuthorization_PROJECT_SINGLETON_POLICY_ENFORCE)
	equal(t, "enabled", m.BinaryAuthorization.GetEnabled(), false)
	if m.Etag == before {
		t.Error("the etag is still the old one")
	}
}

func TestModeChangePassesNothingInBetween(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	must(t, c.SetBinaryAuthorization(zonal, enforce))
	_, err := c.bind(zonal, both, policy)
	must(t, err)
	c.pass(time.Minute)
	equal(t, "the history", fmt.Sprint(modesOf(c, zonal)), fmt.Sprint([]string{"DISABLED", enforce, both}))
	_, err = c.set(t, zonal, 1)
	must(t, err)
	equal(t, "the history before the end", len(c.History(zonal)), 3)
	c.pass(time.Minute)
	past := c.History(zonal)
	equal(t, "the last mode", past[len(past)-1].Mode, "DISABLED")
	equal(t, "the number of settings", len(past), 4)
	if !slices.Equal(past[2].Bindings, []string{"projects/" + c.world.ProjectNumber("demo") + "/platforms/gke/policies/baseline"}) {
		t.Errorf("the bindings are %v", past[2].Bindings)
	}
}

func TestUpdateRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	asked := &containerpb.BinaryAuthorization{}
	for what, want := range map[string]struct {
		update  *containerpb.ClusterUpdate
		code    codes.Code
		message string
	}{
		"nothing":      {nil, codes.InvalidArgument, "Must provide an update."},
		"empty":        {&containerpb.ClusterUpdate{}, codes.InvalidArgument, "Must provide an update."},
		"only an etag": {&containerpb.ClusterUpdate{Etag: c.get(t, zonal).Etag}, codes.InvalidArgument, "Must provide an update."},
		"two things": {
			&containerpb.ClusterUpdate{DesiredBinaryAuthorization: asked, DesiredLoggingService: "none"}, codes.InvalidArgument, "",
		},
		"two other things": {
			&containerpb.ClusterUpdate{DesiredNodeVersion: "none", DesiredLoggingService: "none"}, codes.InvalidArgument, "",
		},
		"stale etag": {&containerpb.ClusterUpdate{DesiredBinaryAuthorization: asked, Etag: "stale"}, codes.Aborted, ""},
		"bindings by number": {
			&containerpb.ClusterUpdate{DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 3}},
			codes.InvalidArgument, "",
		},
		"a mode that is none": {
			&containerpb.ClusterUpdate{DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 7}},
			codes.InvalidArgument, "Invalid value for evaluation_mode: 7.",
		},
		"a negative mode": {
			&containerpb.ClusterUpdate{DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: -1}},
			codes.InvalidArgument, "",
		},
		"something not there": {&containerpb.ClusterUpdate{DesiredImage: "cos"}, codes.Unimplemented, ""},
	} {
		_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: want.update})
		t.Log(what)
		refused(t, err, want.code, want.message)
	}
	equal(t, "the number of settings", len(c.History(zonal)), 1)
	_, err := c.set(t, regional, 2)
	refused(t, err, codes.NotFound, "Not found: projects/demo/locations/europe-west1/clusters/dev.")
}

func TestEtagGuardsAnUpdate(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	update := &containerpb.ClusterUpdate{
		DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 2}, Etag: c.get(t, zonal).Etag,
	}
	_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: update})
	must(t, err)
	_, err = c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: update})
	refused(t, err, codes.Aborted, "")
}

func TestUpdateToWhatIsThere(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	must(t, c.SetBinaryAuthorization(zonal, enforce))
	op, err := c.set(t, zonal, 2)
	must(t, err)
	equal(t, "operation_type", op.OperationType, containerpb.Operation_UPDATE_CLUSTER)
	equal(t, "the operation", c.operation(t, op.Name).Status, containerpb.Operation_DONE)
	equal(t, "the number of settings", len(c.History(zonal)), 2)
}

func TestOtherUpdate(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{
		Name: zonal, Update: &containerpb.ClusterUpdate{DesiredLoggingService: "none"},
	})
	must(t, err)
	equal(t, "logging_service meanwhile", c.get(t, zonal).LoggingService, "logging.googleapis.com/kubernetes")
	c.pass(time.Minute)
	equal(t, "logging_service", c.get(t, zonal).LoggingService, "none")
}

func TestBusyCluster(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	first, err := c.set(t, zonal, 2)
	must(t, err)
	_, err = c.set(t, zonal, 1)
	refused(t, err, codes.FailedPrecondition, "Cluster is running incompatible operation "+first.Name+".")
	info, ok := status.Convert(err).Details()[0].(*errdetails.ErrorInfo)
	if !ok {
		t.Fatalf("the details are %v", status.Convert(err).Details())
	}
	equal(t, "reason", info.Reason, "CLUSTER_ALREADY_HAS_OPERATION")
	equal(t, "domain", info.Domain, "container.googleapis.com")
	_, err = c.bind(zonal, enforce)
	refusedREST(t, err, 400, "Cluster is running incompatible operation "+first.Name+".")
	c.pass(time.Minute)
	_, err = c.set(t, zonal, 1)
	must(t, err)
}

func TestStatusThatForbidsUpdates(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	for _, s := range []string{"PROVISIONING", "ERROR", "RECONCILING", "STOPPING"} {
		must(t, c.SetStatus(zonal, s))
		equal(t, "status", c.get(t, zonal).Status.String(), s)
		_, err := c.set(t, zonal, 2)
		refused(t, err, codes.FailedPrecondition, "Cluster is currently being created, deleted, updated or repaired and cannot be updated.")
	}
	must(t, c.SetStatus(zonal, "DEGRADED"))
	_, err := c.set(t, zonal, 2)
	must(t, err)
	equal(t, "status afterwards", c.get(t, zonal).Status, containerpb.Cluster_DEGRADED)
}
