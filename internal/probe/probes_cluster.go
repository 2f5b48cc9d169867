package probe

import (
	"context"
	"slices"

	"cloud.google.com/go/container/apiv1/containerpb"
	beta "google.golang.org/api/container/v1beta1"
)

// clusterProbes change the setting and the labels of the named cluster.
func clusterProbes() []Probe {
	return slices.Concat(settingProbes(), updateProbes())
}

func settingProbes() []Probe {
	needs := []Need{NeedCluster}
	return []Probe{
		{
			ID: "GKE-BINDINGS-NONE", Needs: needs, Takes: 2 * minute,
			Unknown: "A POLICY_BINDINGS mode without bindings is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "POLICY_BINDINGS", setting(bindings))
				t.set(ctx, "both", setting(bindingsBoth))
			},
			Want: `
				POLICY_BINDINGS: INVALID_ARGUMENT
				both: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-BINDINGS-OTHER-MODE", Needs: needs, Takes: 2 * minute,
			Unknown: "Bindings with another mode are INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "DISABLED", setting(disabled, t.boundPolicy(ctx)))
			},
			Want: `DISABLED: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-BINDINGS-TWICE", Needs: needs, Takes: 2 * minute,
			Unknown: "The same policy bound twice is INVALID_ARGUMENT, even once by project id and once by project number.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				name := t.boundPolicy(ctx)
				t.set(ctx, "the same name", setting(bindings, name, name))
				t.needsNumber()
				t.set(ctx, "by id and number", setting(bindings, name, "projects/"+t.Number+name[len(t.Parent()):]))
			},
			Want: `
				the same name: INVALID_ARGUMENT
				by id and number: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-BINDINGS-MISSING", Needs: needs, Takes: 5 * minute,
			Unknown: "The existence of a bound policy is not checked.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "a policy that does not exist", setting(bindings, t.platformName("missing")))
			},
			Want: `a policy that does not exist: OK`,
		},
		{
			ID: "GKE-BINDINGS-NUMBER", Needs: needs, Takes: 5 * minute,
			Unknown: "Reads of bindings have the project number; set API.NormalizeBindings to false to get them as written.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "update", setting(bindings, t.boundPolicy(ctx)))
				t.readSetting(ctx, "binaryAuthorization.policyBindings.*.name")
			},
			Want: `
				update: OK
				get: OK binaryAuthorization.policyBindings.*.name=["projects/NUMBER/platforms/gke/policies/bound"]`,
		},
		{
			ID: "GKE-BINDINGS-LIMIT", Needs: needs, Takes: 2 * minute,
			Unknown: "The eleventh binding is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				var names []string
				for _, c := range "abcdefghijk" {
					names = append(names, t.platformName("missing-"+string(c)))
				}
				t.set(ctx, "eleven", setting(bindings, names...))
			},
			Want: `eleven: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-V1-READS-BINDINGS", Needs: needs, Takes: 5 * minute,
			Unknown: "A read over v1 of a cluster in a POLICY_BINDINGS mode has evaluation_mode 3 or 4, not defined in the published " +
				"v1 enum, and no bindings. REST uses the names of v1beta1 unless the request asks for numbers.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "update", setting(bindings, t.boundPolicy(ctx)))
				c, err := t.Clusters.GetCluster(ctx, &containerpb.GetClusterRequest{Name: t.Cluster})
				t.Saw("gRPC", c, err, "binary_authorization.evaluation_mode")
				page, err := t.REST(ctx, "container", "GET", "v1/"+t.Cluster, "")
				t.Saw("REST", page.Body, err, "binaryAuthorization.evaluationMode", "binaryAuthorization.policyBindings?")
			},
			Want: `
				update: OK
				gRPC: OK binary_authorization.evaluation_mode=3
				REST: OK binaryAuthorization.evaluationMode=POLICY_BINDINGS binaryAuthorization.policyBindings=unset`,
		},
		{
			ID: "GKE-V1-WRITES-BINDINGS", Needs: needs, Takes: 2 * minute,
			Unknown: "The POLICY_BINDINGS modes cannot be written over v1.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				op, err := t.Clusters.UpdateCluster(
					ctx,
					&containerpb.UpdateClusterRequest{Name: t.Cluster, Update: &containerpb.ClusterUpdate{
						DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 3},
					}},
				)
				t.Saw("mode 3", nil, err)
				if err == nil {
					t.Setup("wait", t.finished(ctx, t.Cluster, op.GetName()))
				}
			},
			Want: `mode 3: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-DISABLED-READ", Needs: needs, Takes: 5 * minute,
			Unknown: "DISABLED reads as DISABLED.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "update", setting(disabled))
				t.readSetting(ctx, "binaryAuthorization.evaluationMode", "binaryAuthorization.enabled?")
			},
			Want: `
				update: OK
				get: OK binaryAuthorization.evaluationMode=DISABLED binaryAuthorization.enabled=unset`,
		},
		{
			ID: "GKE-ENABLED-READ", Needs: needs, Takes: 5 * minute,
			Unknown: "enabled:true reads as enabled:true with PROJECT_SINGLETON_POLICY_ENFORCE; set API.EnabledAlone to get " +
				"enabled:true alone. Both were observed.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "update", &beta.BinaryAuthorization{Enabled: true})
				t.readSetting(ctx, "binaryAuthorization.enabled", "binaryAuthorization.evaluationMode")
			},
			Want: `
				update: OK
				get: OK binaryAuthorization.enabled=true binaryAuthorization.evaluationMode=PROJECT_SINGLETON_POLICY_ENFORCE`,
		},
		{
			ID: "GKE-ENFORCE-READ", Needs: needs, Takes: 5 * minute,
			Unknown: "PROJECT_SINGLETON_POLICY_ENFORCE reads without enabled.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "update", setting(enforce))
				t.readSetting(ctx, "binaryAuthorization.enabled?", "binaryAuthorization.evaluationMode")
			},
			Want: `
				update: OK
				get: OK binaryAuthorization.enabled=unset binaryAuthorization.evaluationMode=PROJECT_SINGLETON_POLICY_ENFORCE`,
		},
	}
}

func updateProbes() []Probe {
	needs := []Need{NeedCluster}
	return []Probe{
		{
			ID: "GKE-UPDATE-NOTHING", Needs: needs, Takes: 5 * minute,
			Unknown: "An update without changes still runs an operation.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				t.set(ctx, "disable", setting(disabled))
				op, err := t.updateCluster(ctx, &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(disabled)})
				t.Saw("disable again", op, err, "operationType")
			},
			Want: `
				disable: OK
				disable again: OK operationType=UPDATE_CLUSTER`,
		},
		{
			ID: "GKE-UPDATE-EMPTY", Needs: needs, Takes: minute,
			Unknown: "An update without any field is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				_, err := t.updateCluster(ctx, &beta.ClusterUpdate{})
				t.Saw("update", nil, err, "message")
			},
			Want: `update: INVALID_ARGUMENT message="Must provide an update."`,
		},
		{
			ID: "GKE-UPDATE-TWO", Needs: needs, Takes: 2 * minute,
			Unknown: "An update with more than one desired_ field is INVALID_ARGUMENT.",
			Run: func(ctx context.Context, t *Trial) {
				c := t.idleCluster(ctx)
				_, err := t.updateCluster(
					ctx,
					&beta.ClusterUpdate{DesiredBinaryAuthorization: setting(disabled), DesiredLoggingService: c.LoggingService},
				)
				t.Saw("Binary Authorization and logging", nil, err)
			},
			Want: `Binary Authorization and logging: INVALID_ARGUMENT`,
		},
		{
			ID: "GKE-UPDATE-LOGGING-MONITORING", Needs: needs, Takes: 5 * minute,
			Unknown: "Logging and monitoring can be updated together.",
			Run: func(ctx context.Context, t *Trial) {
				c := t.idleCluster(ctx)
				_, err := t.updateCluster(
					ctx,
					&beta.ClusterUpdate{DesiredLoggingService: c.LoggingService, DesiredMonitoringService: c.MonitoringService},
				)
				t.Saw("both as they are", nil, err)
			},
			Want: `both as they are: OK`,
		},
		{
			ID: "GKE-UPDATE-POOL", Needs: needs, Takes: minute,
			Unknown: "desired_node_pool_id only selects the node pool, and goes with autoscaling, image type and version of a node " +
				"pool.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				_, err := t.updateCluster(
					ctx,
					&beta.ClusterUpdate{DesiredNodePoolId: t.ID("missing"), DesiredImageType: "COS_CONTAINERD"},
				)
				t.Saw("the image type of a missing pool", nil, err)
			},
			Want: `the image type of a missing pool: NOT_FOUND`,
		},
		{
			ID: "GKE-POOL-MISSING", Needs: needs, Takes: minute,
			Unknown: "The message for a missing node pool is the same as for a missing cluster.",
			Run: func(ctx context.Context, t *Trial) {
				_, err := t.Clusters.GetNodePool(
					ctx,
					&containerpb.GetNodePoolRequest{Name: t.Cluster + "/nodePools/" + t.ID("missing")},
				)
				r := refusalOf(err)
				t.Saw("get", nil, err)
				t.Note("words", "%t", len(r.message) > 11 && r.message[:11] == "Not found: ")
			},
			Want: `
				get: NOT_FOUND
				words: true`,
		},
		{
			ID: "GKE-LABELS-FINGERPRINT", Needs: needs, Takes: 2 * minute,
			Unknown: "Labels with a stale fingerprint are FAILED_PRECONDITION.",
			Run: func(ctx context.Context, t *Trial) {
				c := t.idleCluster(ctx)
				_, err := t.Beta.SetResourceLabels(t.Cluster, &beta.SetLabelsRequest{
					ResourceLabels: c.ResourceLabels, LabelFingerprint: "00000000",
				}).
					Context(ctx).
					Do()
				t.Saw("set", nil, err)
			},
			Want: `set: FAILED_PRECONDITION`,
		},
		{
			ID: "GKE-ETAG-STALE", Needs: needs, Takes: 2 * minute,
			Unknown: "An update of a cluster with a stale etag is ABORTED.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				_, err := t.updateCluster(ctx, &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(disabled), Etag: "stale"})
				t.Saw("update", nil, err)
			},
			Want: `update: ABORTED`,
		},
		{
			ID: "GKE-ETAG-WHEN", Needs: needs, Takes: 5 * minute,
			Unknown: "The etag of a cluster changes when an operation finishes, not when it starts.",
			Run: func(ctx context.Context, t *Trial) {
				before := t.idleCluster(ctx)
				op, err := t.Beta.Update(t.Cluster, clusterUpdate(setting(enforce))).Context(ctx).Do()
				t.Saw("update", nil, err)
				during, err := t.Beta.Get(t.Cluster).Context(ctx).Do()
				t.Setup("get", err)
				if op != nil {
					t.Setup("wait", t.finished(ctx, t.Cluster, op.Name))
				}
				after := t.idleCluster(ctx)
				if during != nil {
					t.Note("another etag while it runs", "%t", before.Etag != during.Etag)
				}
				t.Note("another etag afterwards", "%t", before.Etag != after.Etag)
			},
			Want: `
				update: OK
				another etag while it runs: false
				another etag afterwards: true`,
		},
		{
			ID: "GKE-BUSY", Needs: needs, Takes: 5 * minute,
			Unknown: "An etag mismatch is reported before a busy cluster. A busy cluster names the running operation, with the " +
				"reason CLUSTER_ALREADY_HAS_OPERATION.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				op, err := t.Beta.Update(t.Cluster, clusterUpdate(setting(enforce))).Context(ctx).Do()
				t.Saw("update", nil, err)
				u := &containerpb.ClusterUpdate{DesiredBinaryAuthorization: &containerpb.BinaryAuthorization{EvaluationMode: 1}}
				_, err = t.Clusters.UpdateCluster(ctx, &containerpb.UpdateClusterRequest{Name: t.Cluster, Update: u})
				t.Saw("another one", nil, err, "message", "reason")
				u.Etag = "stale"
				_, err = t.Clusters.UpdateCluster(ctx, &containerpb.UpdateClusterRequest{Name: t.Cluster, Update: u})
				t.Saw("one with a stale etag", nil, err)
				if op != nil {
					t.Setup("wait", t.finished(ctx, t.Cluster, op.Name))
				}
			},
			Want: `
				update: OK
				another one: FAILED_PRECONDITION message="Cluster is running incompatible operation OPERATION." ` +
				`reason=CLUSTER_ALREADY_HAS_OPERATION
				one with a stale etag: ABORTED`,
		},
		{
			ID: "GKE-OPERATION-FIELDS", Needs: needs, Takes: 5 * minute,
			Unknown: "Operations have zone but not location, as in a recording. A finished update has no progress.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				op, err := t.updateCluster(ctx, &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(disabled)})
				t.Saw("update", op, err, "zone?", "location?")
				location, _, _ := cutCluster(t.Cluster)
				if op != nil {
					done, err := t.Clusters.GetOperation(
						ctx,
						&containerpb.GetOperationRequest{Name: location + "/operations/" + op.Name},
					)
					t.Saw("get", done, err, "status", "location?", "progress?", "end_time?")
				}
			},
			Want: `
				update: OK zone=set location=unset
				get: OK status=DONE location=unset progress=unset end_time=set`,
		},
		{
			ID: "GKE-OPERATION-ORDER", Needs: needs, Takes: 10 * minute,
			Unknown: "Operations are listed oldest first, and are kept forever.",
			Run: func(ctx context.Context, t *Trial) {
				t.idleCluster(ctx)
				var made []string
				for range 2 {
					op, err := t.updateCluster(ctx, &beta.ClusterUpdate{DesiredBinaryAuthorization: setting(disabled)})
					t.Saw("update", nil, err)
					if op != nil {
						made = append(made, op.Name)
					}
				}
				location, _, _ := cutCluster(t.Cluster)
				all, err := t.Clusters.ListOperations(ctx, &containerpb.ListOperationsRequest{Parent: location})
				t.Saw("list", nil, err)
				var listed []string
				for _, op := range all.GetOperations() {
					if slices.Contains(made, op.GetName()) {
						listed = append(listed, op.GetName())
					}
				}
				t.Note("oldest first", "%t", slices.Equal(listed, made))
			},
			Want: `
				update: OK
				update: OK
				list: OK
				oldest first: true`,
		},
	}
}

// boundPolicy creates a platform policy that admits everything, to bind to the cluster.
func (t *Trial) boundPolicy(ctx context.Context) string {
	_, err := t.createPlatform(ctx, "bound", `{"gkePolicy":{}}`)
	t.Setup("platform policy", err)
	return t.platformName("bound")
}
