package gke_test

import (
	"encoding/json"
	"testing"

	"cloud.google.com/go/container/apiv1/containerpb"
)

// TestReadBack writes over v1 and reads over v1beta1: forms with the same meaning are returned as
// sent.
func TestReadBack(t *testing.T) {
	t.Parallel()
	for what, want := range map[string]struct {
		sent  *containerpb.BinaryAuthorization
		read  string
		means string
	}{
		"none":        {nil, "null", "DISABLED"},
		"empty":       {&containerpb.BinaryAuthorization{}, "{}", "DISABLED"},
		"not enabled": {&containerpb.BinaryAuthorization{Enabled: false}, "{}", "DISABLED"},
		"disabled":    {&containerpb.BinaryAuthorization{EvaluationMode: 1}, `{"evaluationMode":"DISABLED"}`, "DISABLED"},
		"enforced": {
			&containerpb.BinaryAuthorization{EvaluationMode: 2}, `{"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"}`, enforce,
		},
		"enabled": {
			&containerpb.BinaryAuthorization{Enabled: true}, `{"enabled":true,"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"}`,
			enforce,
		},
		"enabled in vain": {
			&containerpb.BinaryAuthorization{Enabled: true, EvaluationMode: 1}, `{"evaluationMode":"DISABLED"}`, "DISABLED",
		},
		"enabled for once": {
			&containerpb.BinaryAuthorization{Enabled: true, EvaluationMode: 2}, `{"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"}`,
			enforce,
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := start(t, 0, regional)
			_, err := c.v1.CreateCluster(t.Context(), &containerpb.CreateClusterRequest{
				Parent:  "projects/demo/locations/us-central1-a",
				Cluster: &containerpb.Cluster{Name: "prod", BinaryAuthorization: want.sent},
			})
			must(t, err)
			c.reads(t, zonal, want.read, want.means)
			if want.sent == nil {
				return
			}
			_, err = c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{
				Name: regional, Update: &containerpb.ClusterUpdate{DesiredBinaryAuthorization: want.sent},
			})
			must(t, err)
			c.reads(t, regional, want.read, want.means)
		})
	}
}

func (c *cloud) reads(t *testing.T, name, want, means string) {
	t.Helper()
	text, err := json.Marshal(c.betaGet(t, name).BinaryAuthorization)
	must(t, err)
	equal(t, "the setting of "+name, string(text), want)
	past := c.History(name)
	equal(t, "what it means", past[len(past)-1].Mode, means)
	equal(t, "whether v1 has the setting", c.get(t, name).BinaryAuthorization != nil, want != "null")
}

// TestEnabledAlone reads the deprecated form back as it was sent, and nothing else differently.
func TestEnabledAlone(t *testing.T) {
	t.Parallel()
	for what, want := range map[string]struct {
		sent *containerpb.BinaryAuthorization
		read string
		mode containerpb.BinaryAuthorization_EvaluationMode
	}{
		"enabled": {&containerpb.BinaryAuthorization{Enabled: true}, `{"enabled":true}`, 0},
		"enabled for once": {
			&containerpb.BinaryAuthorization{Enabled: true, EvaluationMode: 2}, `{"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"}`, 2,
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := start(t, 0, zonal)
			c.EnabledAlone = true
			_, err := c.v1.UpdateCluster(t.Context(), &containerpb.UpdateClusterRequest{
				Name: zonal, Update: &containerpb.ClusterUpdate{DesiredBinaryAuthorization: want.sent},
			})
			must(t, err)
			c.reads(t, zonal, want.read, enforce)
			equal(t, "the mode over v1", c.get(t, zonal).BinaryAuthorization.EvaluationMode, want.mode)
			equal(t, "enabled over v1", c.get(t, zonal).BinaryAuthorization.Enabled, want.mode == 0)
		})
	}
}
