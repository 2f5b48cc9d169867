package gke_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"
)

func TestOperation(t *testing.T) {
	t.Parallel()
	c := start(t, 10*time.Second, zonal)
	op, err := c.set(t, zonal, 2)
	must(t, err)
	if !regexp.MustCompile(`^operation-1772366400000-[0-9a-f]{8}-[0-9a-f-]{27}$`).MatchString(op.Name) {
		t.Errorf("the name is %q", op.Name)
	}
	links := "https://container.googleapis.com/v1/projects/" + c.world.ProjectNumber("demo") + "/zones/us-central1-a/"
	equal(t, "self_link", op.SelfLink, links+"operations/"+op.Name)
	equal(t, "target_link", op.TargetLink, links+"clusters/prod")
	equal(t, "zone", op.Zone, "us-central1-a")
	equal(t, "start_time", op.StartTime, "2026-03-01T12:00:00Z")
	equal(t, "operation_type", op.OperationType, containerpb.Operation_UPDATE_CLUSTER)
	equal(t, "status", op.Status, containerpb.Operation_PENDING)
	c.pass(time.Second)
	equal(t, "status after a tenth", c.operation(t, op.Name).Status, containerpb.Operation_RUNNING)
	equal(t, "end_time meanwhile", c.operation(t, op.Name).EndTime, "")
	c.pass(time.Hour)
	op = c.operation(t, op.Name)
	equal(t, "status at last", op.Status, containerpb.Operation_DONE)
	equal(t, "end_time", op.EndTime, "2026-03-01T12:00:10Z")
	if op.Error != nil {
		t.Errorf("error is %v", op.Error)
	}
}

func TestRegionalOperationLinks(t *testing.T) {
	t.Parallel()
	c := start(t, 0, regional)
	op, err := c.bind(regional, enforce)
	must(t, err)
	want := "https://container.googleapis.com/v1beta1/projects/" + c.world.ProjectNumber("demo") + "/locations/europe-west1/clusters/dev"
	equal(t, "targetLink", op.TargetLink, want)
}

func TestOperationWithoutTime(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	op, err := c.set(t, zonal, 2)
	must(t, err)
	equal(t, "status in the reply", op.Status, containerpb.Operation_RUNNING)
	equal(t, "status when looked at", c.operation(t, op.Name).Status, containerpb.Operation_DONE)
}

func TestOperationFails(t *testing.T) {
	t.Parallel()
	for _, statusMessage := range []bool{false, true} {
		c := start(t, time.Minute, zonal)
		c.FailNextOperation(zonal, "INTERNAL", "it broke", statusMessage)
		op, err := c.set(t, zonal, 2)
		must(t, err)
		if op.Error != nil {
			t.Errorf("error before the end: %v", op.Error)
		}
		c.pass(time.Minute)
		op = c.operation(t, op.Name)
		equal(t, "status", op.Status, containerpb.Operation_DONE)
		equal(t, "error.code", codes.Code(op.GetError().GetCode()), codes.Internal)
		equal(t, "error.message", op.GetError().GetMessage(), "it broke")
		equal(t, "whether there is a status_message", op.StatusMessage != "", statusMessage)
		equal(t, "the number of settings", len(c.History(zonal)), 1)
		_, err = c.set(t, zonal, 2)
		must(t, err)
		c.pass(time.Minute)
		equal(t, "the mode after the second try", c.get(t, zonal).BinaryAuthorization.GetEvaluationMode(), 2)
	}
}

func TestForeignOperation(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	id := c.StartOperation(zonal, "UPGRADE_MASTER")
	equal(t, "operation_type", c.operation(t, id).OperationType, containerpb.Operation_UPGRADE_MASTER)
	equal(t, "status", c.get(t, zonal).Status, containerpb.Cluster_RECONCILING)
	_, err := c.set(t, zonal, 2)
	refused(t, err, codes.FailedPrecondition, "Cluster is running incompatible operation "+id+".")
	equal(t, "another operation's id", c.StartOperation(zonal, "UPGRADE_NODES"), "")
	c.pass(time.Minute)
	equal(t, "status when its time is over", c.operation(t, id).Status, containerpb.Operation_DONE)
	_, err = c.set(t, zonal, 2)
	must(t, err)
}

func TestForeignOperationEndsByHand(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	id := c.StartOperation(zonal, "UPGRADE_NODES")
	c.pass(time.Hour)
	equal(t, "status", c.operation(t, id).Status, containerpb.Operation_RUNNING)
	must(t, c.FinishOperation(id))
	op := c.operation(t, id)
	equal(t, "status at last", op.Status, containerpb.Operation_DONE)
	equal(t, "end_time", op.EndTime, "2026-03-01T13:00:00Z")
	must(t, c.FinishOperation(id))
	equal(t, "the cluster's status", c.get(t, zonal).Status, containerpb.Cluster_RUNNING)
	if c.FinishOperation("operation-0") == nil {
		t.Error("an unknown operation was finished")
	}
}

func TestGetOperationRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	op, err := c.set(t, zonal, 2)
	must(t, err)
	for name, want := range map[string]codes.Code{
		"projects/demo/locations/us-central1-a/operations/operation-0": codes.NotFound,
		"projects/demo/locations/us-central1/operations/" + op.Name:    codes.NotFound,
		"projects/other/locations/us-central1-a/operations/" + op.Name: codes.NotFound,
		"projects/demo/locations/-/operations/" + op.Name:              codes.NotFound,
		op.Name: codes.InvalidArgument,
	} {
		_, err := c.v1.GetOperation(t.Context(), &containerpb.GetOperationRequest{Name: name})
		t.Log(name)
		refused(t, err, want, "")
	}
}

func TestListOperations(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal, regional, "projects/other/locations/us-central1-a/clusters/prod")
	first := c.StartOperation(regional, "UPGRADE_NODES")
	c.pass(time.Second)
	second, err := c.set(t, zonal, 2)
	must(t, err)
	c.StartOperation("projects/other/locations/us-central1-a/clusters/prod", "UPGRADE_NODES")
	for location, want := range map[string]string{
		"-": first + " " + second.Name, "us-central1-a": second.Name, "us-east1-b": "",
	} {
		got, err := c.v1.ListOperations(t.Context(), &containerpb.ListOperationsRequest{Parent: "projects/demo/locations/" + location})
		must(t, err)
		var names []string
		for _, op := range got.Operations {
			names = append(names, op.Name)
		}
		equal(t, location, strings.Join(names, " "), want)
	}
	betas, err := c.beta.Operations.List("projects/demo/locations/-").Do()
	must(t, err)
	equal(t, "the number of operations", len(betas.Operations), 2)
	c.SetMissingZones("demo", "us-central1-a")
	betas, err = c.beta.Operations.List("projects/demo/locations/-").Do()
	must(t, err)
	equal(t, "the number of operations with a zone missing", len(betas.Operations), 1)
	equal(t, "missingZones", strings.Join(betas.MissingZones, " "), "us-central1-a")
}

// TestProgress follows recordings: an ended create has metrics, an update has none.
func TestProgress(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute)
	op, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
		Parent: "projects/demo/locations/us-central1-a", Cluster: &containerpb.Cluster{Name: "prod"},
	})
	must(t, err)
	equal(t, "the number of metrics meanwhile", len(c.operation(t, op.Name).GetProgress().GetMetrics()), 0)
	c.pass(time.Minute)
	equal(t, "the number of metrics", len(c.operation(t, op.Name).GetProgress().GetMetrics()), 6)
	op, err = c.set(t, zonal, 2)
	must(t, err)
	c.pass(time.Minute)
	if progress := c.operation(t, op.Name).Progress; progress != nil {
		t.Errorf("the progress of an update is %v, want none", progress)
	}
}
