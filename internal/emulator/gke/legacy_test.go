package gke_test

import (
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
	beta "google.golang.org/api/container/v1beta1"
	"google.golang.org/grpc/codes"
)

const regionRefused = "'zone' field cannot be used to access GKE regional clusters. Use 'name' or 'parent' fields instead."

func TestDeprecatedFields(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	ctx := t.Context()
	m, err := c.v1.GetCluster(ctx, &containerpb.GetClusterRequest{ProjectId: "demo", Zone: "us-central1-a", ClusterId: "prod"})
	must(t, err)
	equal(t, "the cluster", m.Name, "prod")
	list, err := c.v1.ListClusters(ctx, &containerpb.ListClustersRequest{ProjectId: "demo", Zone: "-"})
	must(t, err)
	equal(t, "the number of clusters", len(list.Clusters), 1)
	op, err := c.v1.UpdateCluster(ctx, &containerpb.UpdateClusterRequest{
		ProjectId: "demo", Zone: "us-central1-a", ClusterId: "prod",
		Update: &containerpb.ClusterUpdate{DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 2}},
	})
	must(t, err)
	op, err = c.v1.GetOperation(ctx, &containerpb.GetOperationRequest{ProjectId: "demo", Zone: "us-central1-a", OperationId: op.Name})
	must(t, err)
	equal(t, "status", op.Status, containerpb.Operation_DONE)
	ops, err := c.v1.ListOperations(ctx, &containerpb.ListOperationsRequest{ProjectId: "demo", Zone: "us-central1-a"})
	must(t, err)
	equal(t, "the number of operations", len(ops.Operations), 1)
	_, err = c.v1.DeleteCluster(ctx, &containerpb.DeleteClusterRequest{ProjectId: "demo", Zone: "us-central1-a", ClusterId: "prod"})
	must(t, err)
	_, err = c.v1.CreateCluster(ctx, &containerpb.CreateClusterRequest{
		ProjectId: "demo", Zone: "us-central1-a", Cluster: &containerpb.Cluster{Name: "prod"},
	})
	must(t, err)
	_, err = c.v1.GetServerConfig(ctx, &containerpb.GetServerConfigRequest{ProjectId: "demo", Zone: "us-central1-a"})
	must(t, err)
}

func TestNameCountsMoreThanDeprecatedFields(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	m, err := c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{
		Name:      zonal,
		ProjectId: "other",
		Zone:      "nowhere",
		ClusterId: "none",
	})
	must(t, err)
	equal(t, "the cluster", m.Name, "prod")
}

func TestDeprecatedFieldsRefuseRegions(t *testing.T) {
	t.Parallel()
	c := start(t, 0, regional)
	_, err := c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{ProjectId: "demo", Zone: "europe-west1", ClusterId: "dev"})
	refused(t, err, codes.InvalidArgument, regionRefused)
	_, err = c.v1.ListClusters(t.Context(), &containerpb.ListClustersRequest{ProjectId: "demo", Zone: "europe-west1"})
	refused(t, err, codes.InvalidArgument, regionRefused)
	_, err = c.v1.GetCluster(t.Context(), &containerpb.GetClusterRequest{ProjectId: "demo", Zone: "europe-west1-b"})
	refused(t, err, codes.InvalidArgument, "The request names no resource.")
}

func TestDeprecatedPaths(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal, regional)
	m, err := c.zones.Clusters.Get("demo", "us-central1-a", "prod").Do()
	must(t, err)
	equal(t, "the cluster", m.Name, "prod")
	list, err := c.zones.Clusters.List("demo", "-").Do()
	must(t, err)
	equal(t, "the number of clusters", len(list.Clusters), 2)
	op, err := c.zones.Clusters.Update("demo", "us-central1-a", "prod", &beta.UpdateClusterRequest{
		Update: &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(both, policy)},
	}).Do()
	must(t, err)
	op, err = c.zones.Operations.Get("demo", "us-central1-a", op.Name).Do()
	must(t, err)
	equal(t, "status", op.Status, "DONE")
	ops, err := c.zones.Operations.List("demo", "us-central1-a").Do()
	must(t, err)
	equal(t, "the number of operations", len(ops.Operations), 1)
	_, err = c.zones.Clusters.Delete("demo", "us-central1-a", "prod").Do()
	must(t, err)
	_, err = c.zones.Clusters.Create("demo", "us-central1-a", &beta.CreateClusterRequest{Cluster: &beta.Cluster{Name: "prod"}}).Do()
	must(t, err)
	_, err = c.zones.Clusters.Get("demo", "europe-west1", "dev").Do()
	refusedREST(t, err, 400, regionRefused)
}
