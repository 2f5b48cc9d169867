package kubernetes_test

import (
	"strings"
	"testing"
)

func TestModes(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	const bound = "projects/demo/platforms/gke/policies/x"
	for mode, judges := range map[string]bool{
		"": false, "DISABLED": false, enforce: true, "POLICY_BINDINGS": false,
		"POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE": true,
	} {
		var bindings []string
		if strings.HasPrefix(mode, "POLICY") {
			bindings = []string{bound}
		}
		check(t, b.GKE().SetBinaryAuthorization(cluster, mode, bindings...))
		name := "web" + strings.ToLower(strings.ReplaceAll(mode, "_", "-"))
		got, err := b.CreatePod(cluster, pod(name, "nginx", `image-policy.k8s.io/break-glass: "no"`))
		if err != nil || got.Admitted == judges {
			t.Errorf("%q: %+v %v", mode, got, err)
		}
	}
	if found := b.entries(t, `protoPayload.methodName="io.k8s.core.v1.pods.create"`); len(found) != 5 {
		t.Errorf("%d entries", len(found))
	}
}

func TestRulesAndTheirWords(t *testing.T) {
	t.Parallel()
	b := start(t)
	const allow, deny = `{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}`,
		`{"evaluationMode":"ALWAYS_DENY","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}`
	for rules, want := range map[string]string{
		`"clusterAdmissionRules":{"us-central1-a.zonal":` + deny +
			`}`: "cluster admission rule for us-central1-a.zonal. Denied by always_deny",
		`"kubernetesNamespaceAdmissionRules":{"default":` + deny + `}`: "namespace admission rule for default. ",
		`"kubernetesServiceAccountAdmissionRules":{"default:default":` + deny +
			`}`: "account admission rule for default:default. ",
		`"istioServiceIdentityAdmissionRules":{"spiffe://x/ns/default/sa/default":` + deny + `}`:                                     "",
		`"admissionWhitelistPatterns":[{"namePattern":"k8s.gcr.io/*"}],"clusterAdmissionRules":{"us-central1-a.zonal":` + deny + `}`: "",
		`"globalPolicyEvaluationMode":"ENABLE","clusterAdmissionRules":{"us-central1-a.zonal":` + deny + `}`:                         "",
	} {
		b.policy(t, `{"defaultAdmissionRule":`+allow+`,`+rules+`}`)
		got, err := b.CreatePod(zonal, pod("web", "k8s.gcr.io/pause"))
		if err != nil || got.Admitted != (want == "") || !strings.Contains(got.Message, want) {
			t.Errorf("%s: %+v %v", rules, got, err)
		}
		if got.Admitted {
			check(t, b.Pods().DeletePod(zonal, "default", "web"))
		}
	}
}
