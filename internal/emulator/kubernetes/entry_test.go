package kubernetes_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// flat returns the leaves of JSON by path; for changing fields it returns their form.
func flat(at string, v any, into map[string]any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			flat(at+"/"+key, value, into)
		}
		if len(v) == 0 {
			into[at] = "{}"
		}
	case []any:
		for i, value := range v {
			flat(fmt.Sprint(at, "/", i), value, into)
		}
	default:
		into[at] = v
	}
	return into
}

// entryOf are the fields of every entry of a pod in the default namespace, as recordings of May
// 2024 have them.
func entryOf(name string) map[string]any {
	const cloud, pods = "type.googleapis.com/google.cloud.audit.AuditLog", "io.k8s.core.v1.pods.create"
	return map[string]any{
		"/protoPayload/@type": cloud, "/protoPayload/authenticationInfo/principalEmail": "developer@example.com",
		"/protoPayload/authorizationInfo/0/granted": true, "/protoPayload/authorizationInfo/0/permission": pods,
		"/protoPayload/authorizationInfo/0/resource": "core/v1/namespaces/default/pods/" + name, "/protoPayload/methodName": pods,
		"/protoPayload/request/@type": "core.k8s.io/v1.Pod", "/protoPayload/request/apiVersion": "v1", "/protoPayload/request/kind": "Pod",
		"/protoPayload/request/metadata/name": name, "/protoPayload/request/metadata/namespace": "default",
		"/protoPayload/request/spec/containers/0/name": "web", "/protoPayload/request/spec/containers/0/image": "nginx:latest",
		"/protoPayload/request/status": "{}", "/protoPayload/requestMetadata/callerIp": "203.0.113.7",
		"/protoPayload/requestMetadata/callerSuppliedUserAgent": "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9",
		"/protoPayload/resourceName":                            "core/v1/namespaces/default/pods/" + name,
		"/protoPayload/serviceName":                             "k8s.io",
		"/resource/type":                                        "k8s_cluster",
		"/resource/labels/cluster_name":                         "prod",
		"/resource/labels/location":                             "us-central1",
		"/resource/labels/project_id":                           "demo",
		"/logName":                                              "projects/demo/logs/cloudaudit.googleapis.com%2Factivity",
		"/labels/authorization.k8s.io/decision":                 "allow",
		"/labels/authorization.k8s.io/reason":                   "access granted by IAM permissions.",
		"/operation/producer":                                   "k8s.io", "/operation/first": true, "/operation/last": true,
	}
}

// defaults are the API server's additions to the spec of a pod, in the request or the created pod.
func defaults(object string) map[string]any {
	spec := "/protoPayload/" + object + "/spec/"
	return map[string]any{
		spec + "serviceAccountName": "default", spec + "serviceAccount": "default", spec + "dnsPolicy": "ClusterFirst",
		spec + "schedulerName": "default-scheduler", spec + "restartPolicy": "Always",
	}
}

// TestTheFieldsOfEntries: every field of an entry, and no other.
func TestTheFieldsOfEntries(t *testing.T) {
	t.Parallel()
	const denied = `admission webhook "` + webhook + `" denied the request: Image nginx:latest denied by Binary Authorization ` +
		`default admission rule. Denied by always_deny admission rule`
	const because = "'nginx:latest' : Denied by an ALWAYS_DENY admission rule\n"
	made := map[string]any{
		"/protoPayload/response/@type":                   "core.k8s.io/v1.Pod",
		"/protoPayload/response/apiVersion":              "v1",
		"/protoPayload/response/kind":                    "Pod",
		"/protoPayload/response/metadata/name":           "web",
		"/protoPayload/response/metadata/namespace":      "default",
		"/protoPayload/response/spec/containers/0/name":  "web",
		"/protoPayload/response/spec/containers/0/image": "nginx:latest",
		"/protoPayload/response/status/phase":            "Pending",
		"/protoPayload/response/status/qosClass":         "BestEffort",
		"/protoPayload/status":                           "{}",
	}
	refused := map[string]any{
		"/protoPayload/response/@type": "core.k8s.io/v1.Status", "/protoPayload/response/apiVersion": "v1",
		"/protoPayload/response/kind": "Status", "/protoPayload/response/code": 400.0, "/protoPayload/response/message": denied,
		"/protoPayload/response/reason": "VIOLATES_POLICY", "/protoPayload/response/status": "Failure",
		"/protoPayload/response/metadata": "{}", "/protoPayload/response/details/kind": "Pod",
		"/protoPayload/response/details/causes/0/reason": because, "/protoPayload/status/code": 3.0, "/protoPayload/status/message": denied,
	}
	dry := map[string]any{"/labels/" + webhook + "/dry-run": "true", "/labels/" + webhook + "/overridden-verification-result": because}
	maps.Copy(made, defaults("response"))
	for policy, wants := range map[string][]map[string]any{
		denyAll: {refused}, strings.Replace(denyAll, "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY", 1): {made, dry},
		strings.Replace(denyAll, "ALWAYS_DENY", "ALWAYS_ALLOW", 1): {made},
	} {
		b := start(t)
		b.policy(t, policy)
		_, err := b.CreatePod(cluster, pod("web", "nginx:latest"))
		check(t, err)
		want := entryOf("web")
		maps.Copy(want, defaults("request"))
		for _, fields := range wants {
			maps.Copy(want, fields)
		}
		entries := b.entries(t, "")
		if len(entries) != 1 {
			t.Fatal(entries)
		}
		differ(t, flat("", entries[0], map[string]any{}), want)
	}
}

// changing are the fields with a different value each time.
var changing = []string{
	"/timestamp", "/receiveTimestamp", "/insertId", "/operation/id",
	"/protoPayload/response/metadata/uid", "/protoPayload/response/metadata/creationTimestamp",
}

func differ(t *testing.T, got, want map[string]any) {
	t.Helper()
	for path, value := range got {
		if text, _ := value.(string); slices.Contains(changing, path) && text != "" {
			continue
		}
		if !reflect.DeepEqual(value, want[path]) {
			t.Errorf("%s is %v, want %v", path, value, want[path])
		}
	}
	for path := range want {
		if _, ok := got[path]; !ok {
			t.Errorf("%s is missing", path)
		}
	}
	for _, path := range changing[:4] {
		if got[path] == nil {
			t.Errorf("%s is missing", path)
		}
	}
}
