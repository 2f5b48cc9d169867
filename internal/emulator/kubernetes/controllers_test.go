package kubernetes_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func workload(kind, apiVersion, name, spec string) string {
	template := `{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"a","image":"nginx"}]}}`
	if kind == "CronJob" {
		return fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":%q},"spec":{"jobTemplate":{"spec":{"template":%s}}%s}}`,
			apiVersion, kind, name, template, spec)
	}
	return fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":%q},"spec":{"template":%s%s}}`,
		apiVersion, kind, name, template, spec)
}

func TestControllers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, version, spec string
		pods                int
		names, owner, user  string
	}{
		{"Deployment", "apps/v1", `,"replicas":3`, 3, `^web-[a-z0-9]{10}-[a-z0-9]{5}$`, "ReplicaSet", "replicaset-controller"},
		{"ReplicaSet", "apps/v1", ``, 1, `^web-[a-z0-9]{5}$`, "ReplicaSet", "replicaset-controller"},
		{"ReplicationController", "v1", `,"replicas":2`, 2, `^web-[a-z0-9]{5}$`, "ReplicationController", "replication-controller"},
		{"StatefulSet", "apps/v1", `,"replicas":2`, 2, `^web-[01]$`, "StatefulSet", "statefulset-controller"},
		{"DaemonSet", "apps/v1", ``, 1, `^web-[a-z0-9]{5}$`, "DaemonSet", "daemon-set-controller"},
		{"Job", "batch/v1", `,"parallelism":2`, 2, `^web-[a-z0-9]{5}$`, "Job", "job-controller"},
		{"CronJob", "batch/v1", `,"schedule":"* * * * *"`, 1, `^web-[0-9]{8}-[a-z0-9]{5}$`, "Job", "job-controller"},
	} {
		b := start(t)
		pods, err := b.Pods().CreatePods(cluster, []byte(workload(c.kind, c.version, "web", c.spec)))
		if err != nil || len(pods) != c.pods {
			t.Errorf("%s: %+v %v", c.kind, pods, err)
		}
		for i, p := range pods {
			if !p.Admitted || !regexp.MustCompile(c.names).MatchString(p.Name) || i > 0 && p.Name == pods[i-1].Name {
				t.Errorf("%s: %+v", c.kind, p)
			}
		}
		for _, a := range b.running(t) {
			owner := at(a.GetResource().GetData().AsMap(), "metadata", "ownerReferences", 0)
			if controls, _ := at(owner, "controller").(bool); at(owner, "kind") != c.owner || !controls {
				t.Errorf("%s: %v", c.kind, owner)
			}
		}
		by := `protoPayload.authenticationInfo.principalEmail="system:serviceaccount:kube-system:` + c.user + `"`
		if found := b.entries(t, by); len(found) != c.pods {
			t.Errorf("%s: %d entries", c.kind, len(found))
		}
	}
}

func TestARefusedControllersPodHasNoName(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	got, err := b.CreatePod(cluster, []byte(workload("Deployment", "apps/v1", "web", "")))
	if err != nil || got.Admitted || got.Name != "" || !strings.HasPrefix(got.Message, "Error creating: admission webhook ") {
		t.Errorf("%+v %v", got, err)
	}
	found := b.entries(t, denials)
	if len(found) != 1 || at(found[0], "protoPayload", "resourceName") != "core/v1/namespaces/default/pods" ||
		at(found[0], "protoPayload", "request", "metadata", "name") != nil ||
		at(found[0], "protoPayload", "request", "metadata", "ownerReferences", 0, "kind") != "ReplicaSet" {
		t.Errorf("%v", found)
	}
}
