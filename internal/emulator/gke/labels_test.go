package gke_test

import (
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
	"google.golang.org/grpc/codes"

	beta "google.golang.org/api/container/v1beta1"
)

func TestSetLabels(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	label := func(fingerprint string) error {
		_, err := c.v1.SetLabels(t.Context(), &containerpb.SetLabelsRequest{
			Name: zonal, ResourceLabels: map[string]string{"a": "b"}, LabelFingerprint: fingerprint,
		})
		return err
	}
	before := c.get(t, zonal).LabelFingerprint
	refused(t, label("00000000"), codes.FailedPrecondition, "Labels could not be set due to fingerprint mismatch.")
	must(t, label(before))
	if _, err := c.set(t, zonal, 2); err == nil {
		t.Error("a cluster being labeled takes an update")
	}
	c.pass(time.Minute)
	m := c.get(t, zonal)
	equal(t, "the label", m.ResourceLabels["a"], "b")
	if m.LabelFingerprint == before {
		t.Error("the fingerprint has not changed")
	}
	refused(t, label(before), codes.FailedPrecondition, "Labels could not be set due to fingerprint mismatch.")
}

// TestLoggingWithMonitoring is hashicorp/google's only update of two fields.
func TestLoggingWithMonitoring(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	update := func(u *containerpb.ClusterUpdate) error {
		_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{Name: zonal, Update: u})
		return err
	}
	must(t, update(&containerpb.ClusterUpdate{DesiredLoggingService: "none", DesiredMonitoringService: "none"}))
	m := c.get(t, zonal)
	equal(t, "logging", m.LoggingService, "none")
	equal(t, "monitoring", m.MonitoringService, "none")
	refused(t, update(&containerpb.ClusterUpdate{DesiredLoggingService: "none", DesiredNodeVersion: "1"}), codes.InvalidArgument,
		"Only one desired field can be updated at a time.")
}

// TestBetaSetLabels uses the custom verb, and the zonal path.
func TestBetaSetLabels(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	op, err := c.beta.Clusters.SetResourceLabels(zonal, &beta.SetLabelsRequest{
		ResourceLabels: map[string]string{"a": "b"}, LabelFingerprint: c.betaGet(t, zonal).LabelFingerprint,
	}).Do()
	must(t, err)
	equal(t, "operationType", op.OperationType, "UPDATE_CLUSTER")
	equal(t, "the label", c.betaGet(t, zonal).ResourceLabels["a"], "b")
	asked := &beta.SetLabelsRequest{ResourceLabels: map[string]string{"a": "c"}, LabelFingerprint: c.betaGet(t, zonal).LabelFingerprint}
	_, err = c.zones.Clusters.ResourceLabels("demo", "us-central1-a", "prod", asked).Do()
	must(t, err)
	equal(t, "the label", c.betaGet(t, zonal).ResourceLabels["a"], "c")
	_, err = c.beta.Clusters.SetResourceLabels(zonal, asked).Do()
	refusedREST(t, err, 400, "Labels could not be set due to fingerprint mismatch.")
	_, err = c.beta.Clusters.StartIpRotation(zonal, &beta.StartIPRotationRequest{}).Do()
	refusedREST(t, err, 404, "Method not found.")
}
