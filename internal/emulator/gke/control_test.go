package gke_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/container/apiv1/containerpb"
)

func TestSetBinaryAuthorizationActsAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	must(t, c.SetBinaryAuthorization(zonal, both, policy))
	equal(t, "the mode", c.betaGet(t, zonal).BinaryAuthorization.EvaluationMode, both)
	ops, err := c.beta.Operations.List("projects/demo/locations/-").Do()
	must(t, err)
	equal(t, "the number of operations", len(ops.Operations), 0)
	must(t, c.SetBinaryAuthorization(zonal, ""))
	if b := c.betaGet(t, zonal).BinaryAuthorization; b != nil {
		t.Errorf("the setting is %v, want none", b)
	}
	must(t, c.SetBinaryAuthorization(zonal, "DISABLED"))
	equal(t, "the history", fmt.Sprint(modesOf(c, zonal)), fmt.Sprint([]string{"DISABLED", both, "DISABLED"}))
}

func TestSetBinaryAuthorizationBesideAnOperation(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	_, err := c.set(t, zonal, 2)
	must(t, err)
	must(t, c.SetBinaryAuthorization(zonal, both, policy))
	equal(t, "the mode meanwhile", c.betaGet(t, zonal).BinaryAuthorization.EvaluationMode, both)
	c.pass(time.Minute)
	equal(t, "the mode", c.betaGet(t, zonal).BinaryAuthorization.EvaluationMode, enforce)
}

func TestControlRefusals(t *testing.T) {
	t.Parallel()
	c := start(t, 0, zonal)
	for what, err := range map[string]error{
		"a cluster twice":          c.AddCluster(zonal),
		"a cluster by a bad name":  c.AddCluster("projects/demo/locations/us-central1-a/clusters/Prod"),
		"a cluster by a short one": c.AddCluster("prod"),
		"a setting of none":        c.SetBinaryAuthorization(regional, enforce),
		"an unknown mode":          c.SetBinaryAuthorization(zonal, "ON"),
		"a policy twice":           c.SetBinaryAuthorization(zonal, both, policy, policy),
		"a status of none":         c.SetStatus(regional, "ERROR"),
		"an unknown status":        c.SetStatus(zonal, "FINE"),
		"deleting a bad name":      c.DeleteCluster("prod"),
	} {
		if err == nil {
			t.Errorf("%s was accepted", what)
		}
	}
	equal(t, "an operation on none", c.StartOperation(regional, "UPGRADE_NODES"), "")
	equal(t, "an unknown operation", c.StartOperation(zonal, "REST"), "")
	equal(t, "the history of none", len(c.History(regional)), 0)
	equal(t, "the history of a bad name", len(c.History("prod")), 0)
}

func TestDeleteBehindTheBack(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	op, err := c.set(t, zonal, 2)
	must(t, err)
	must(t, c.DeleteCluster(zonal))
	must(t, c.DeleteCluster(zonal))
	_, err = c.beta.Clusters.Get(zonal).Do()
	refusedREST(t, err, 404, "")
	equal(t, "the operation", c.operation(t, op.Name).Status, containerpb.Operation_DONE)
	must(t, c.AddCluster(zonal))
	c.pass(time.Hour)
	equal(t, "the history", fmt.Sprint(modesOf(c, zonal)), "[DISABLED]")
}

func TestConcurrentUpdatesRunOneAtATime(t *testing.T) {
	t.Parallel()
	c := start(t, time.Minute, zonal)
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for range 20 {
		wg.Go(func() {
			_, err := c.bind(zonal, both, policy)
			c.History(zonal)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				accepted++
			}
		})
	}
	wg.Wait()
	equal(t, "the number of accepted updates", accepted, 1)
}
