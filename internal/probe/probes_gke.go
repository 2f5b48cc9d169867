package probe

import (
	"context"
	"net/http"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// gkeProbes need no cluster.
func gkeProbes() []Probe {
	return []Probe{
		{
			ID:      "GKE-CLUSTER-MISSING",
			Unknown: "The error for a missing cluster in a zone contains zones, not locations.",
			Run: func(ctx context.Context, t *Trial) {
				for _, location := range []string{"us-central1-a", "us-central1"} {
					_, err := t.Clusters.GetCluster(
						ctx,
						&containerpb.GetClusterRequest{Name: t.Parent() + "/locations/" + location + "/clusters/" + t.ID("missing")},
					)
					t.Saw(location, nil, err, "message")
				}
			},
			Want: `
				us-central1-a: NOT_FOUND message="Not found: projects/PROJECT/zones/us-central1-a/clusters/missing."
				us-central1: NOT_FOUND message="Not found: projects/PROJECT/locations/us-central1/clusters/missing."`,
		},
		{
			ID:      "GKE-OPERATION-MISSING",
			Unknown: "The error for an unknown operation has the words for an unknown cluster.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.Clusters.GetOperation(
					ctx,
					&containerpb.GetOperationRequest{Name: t.Parent() + "/locations/us-central1-a/operations/" + t.ID("missing")},
				)
				t.Saw("get", nil, err, "message")
			},
			Want: `get: NOT_FOUND message="Not found: projects/PROJECT/zones/us-central1-a/operations/missing."`,
		},
		{
			ID:      "GKE-NAME-MALFORMED",
			Unknown: "A malformed name of a cluster is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: t.Parent() + "/clusters/" + t.ID("missing")})
				t.Saw("no location", nil, err)
			},
			Want: `no location: INVALID_ARGUMENT`,
		},
		{
			ID:      "GKE-UPDATE-ORDER",
			Unknown: "An update of a missing cluster is NOT_FOUND, even without any field.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.REST(
					ctx,
					"container",
					http.MethodPut,
					"v1/"+t.Parent()+"/locations/us-central1-a/clusters/"+t.ID("missing"),
					`{"update":{}}`,
				)
				t.Saw("update", nil, err)
			},
			Want: `update: NOT_FOUND`,
		},
	}
}
