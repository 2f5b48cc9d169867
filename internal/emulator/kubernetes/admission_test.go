package kubernetes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/kubernetes"
)

// The texts are those of a recording of May 2024.
func TestBlocked(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	got, err := b.CreatePod(cluster, pod("web", "nginx:latest"))
	const said = `admission webhook "imagepolicywebhook.image-policy.k8s.io" denied the request: Image nginx:latest denied by ` +
		`Binary Authorization default admission rule. Denied by always_deny admission rule`
	want := kubernetes.PodResult{
		Name: "web", Namespace: "default",
		Message: `Error from server (VIOLATES_POLICY): error when creating "STDIN": ` + said,
	}
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	if found := b.running(t); len(found) > 0 {
		t.Errorf("%v", found)
	}
	found := b.entries(t, denials)
	if len(found) != 1 {
		t.Fatalf("%v", found)
	}
	for _, c := range []struct {
		want any
		path []any
	}{
		{"type.googleapis.com/google.cloud.audit.AuditLog", []any{"protoPayload", "@type"}},
		{"developer@example.com", []any{"protoPayload", "authenticationInfo", "principalEmail"}},
		{"io.k8s.core.v1.pods.create", []any{"protoPayload", "authorizationInfo", 0, "permission"}},
		{"core/v1/namespaces/default/pods/web", []any{"protoPayload", "resourceName"}},
		{"core.k8s.io/v1.Pod", []any{"protoPayload", "request", "@type"}},
		{"nginx:latest", []any{"protoPayload", "request", "spec", "containers", 0, "image"}},
		{"core.k8s.io/v1.Status", []any{"protoPayload", "response", "@type"}},
		{"'nginx:latest' : Denied by an ALWAYS_DENY admission rule\n", []any{"protoPayload", "response", "details", "causes", 0, "reason"}},
		{said, []any{"protoPayload", "response", "message"}},
		{400.0, []any{"protoPayload", "response", "code"}},
		{3.0, []any{"protoPayload", "status", "code"}},
		{said, []any{"protoPayload", "status", "message"}},
		{"k8s.io", []any{"operation", "producer"}},
		{found[0]["insertId"], []any{"operation", "id"}},
		{"prod", []any{"resource", "labels", "cluster_name"}},
		{"us-central1", []any{"resource", "labels", "location"}},
		{"demo", []any{"resource", "labels", "project_id"}},
	} {
		if got := at(found[0], c.path...); got != c.want {
			t.Errorf("%v: %v, want %v", c.path, got, c.want)
		}
	}
}

func TestSignaturesAreVerified(t *testing.T) {
	t.Parallel()
	b := start(t)
	sign := b.attestor(t)
	b.policy(t, attested)
	got, err := b.CreatePod(cluster, pod("web", image))
	if want := "default admission rule. Image " + image + " denied by attestor " + attestor +
		": No attestations found that were valid and signed by a key trusted by the attestor"; err != nil ||
		got.Admitted || !strings.HasSuffix(got.Message, want) {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = b.CreatePod(cluster, pod("web", "nginx:1")); err != nil ||
		!strings.HasSuffix(got.Message, "Expected digest with sha256 scheme, but got tag or malformed digest") {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = b.CreatePod(cluster, pod("web", "gcr.io/NO")); err != nil || got.Admitted || !strings.Contains(got.Message, "gcr.io/NO") {
		t.Errorf("no image: %+v %v", got, err)
	}
	other := strings.Replace(image, "9f86", "0000", 1)
	sign(other, other)
	sign(image, other)
	if got, err = b.CreatePod(cluster, pod("web", image)); err != nil || got.Admitted {
		t.Errorf("a signature for another image: %+v %v", got, err)
	}
	sign(image, image)
	if got, err = b.CreatePod(cluster, pod("web", image)); err != nil || !got.Admitted || got.DryRun || got.Message != "" {
		t.Errorf("attested: %+v %v", got, err)
	}
	if found := b.entries(t, `protoPayload.methodName="io.k8s.core.v1.pods.create" protoPayload.response.kind="Pod"`); len(found) != 1 ||
		at(found[0], "labels", webhook+"/dry-run") != nil {
		t.Errorf("%v", found)
	}
}

// TestAnAttestationIsForADigest: registry, repository and tag of the attested resource do not count.
func TestAnAttestationIsForADigest(t *testing.T) {
	t.Parallel()
	b := start(t)
	sign := b.attestor(t)
	b.policy(t, attested)
	sign(image, image)
	for i, same := range []string{"us-docker.pkg.dev/demo/app/web:v1" + digest, "gcr.io/demo/copy" + digest, "web" + digest} {
		if got, err := b.CreatePod(cluster, pod(fmt.Sprint("same", i), same)); err != nil || !got.Admitted {
			t.Errorf("%s: %+v %v", same, got, err)
		}
	}
	other := strings.Replace(image, "9f86", "0000", 1)
	if got, err := b.CreatePod(cluster, pod("other", other)); err != nil || got.Admitted {
		t.Errorf("%s: %+v %v", other, got, err)
	}
}

// TestMalformedDigests: the rule applies to them.
func TestMalformedDigests(t *testing.T) {
	t.Parallel()
	b := start(t)
	sign := b.attestor(t)
	sign(image, image)
	for i, c := range []struct {
		policy          string
		admitted, inLog bool
	}{
		{attested, false, false},
		{attestDry, true, true},
		{`{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}}`, true, false},
	} {
		b.policy(t, c.policy)
		for j, text := range []string{"gcr.io/demo/app@sha256:12", "gcr.io/demo/app@sha512:" + strings.Repeat("0", 128)} {
			got, err := b.CreatePod(cluster, pod(fmt.Sprintf("web-%d-%d", i, j), text))
			want := "Image " + text + " denied by attestor " + attestor +
				": Expected digest with sha256 scheme, but got tag or malformed digest"
			if err != nil || got.Admitted != c.admitted || got.DryRun != c.inLog || strings.HasSuffix(got.Message, want) == c.admitted {
				t.Errorf("%s by %s: %+v %v", text, c.policy, got, err)
			}
		}
	}
	if found := b.entries(t, `labels."`+webhook+`/overridden-verification-result":"malformed digest"`); len(found) != 2 {
		t.Errorf("%v", found)
	}
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.attestor(t)
	b.policy(t, attestDry)
	if got, err := b.CreatePod(cluster, pod("web", image)); err != nil || !got.Admitted || !got.DryRun {
		t.Errorf("%+v %v", got, err)
	}
	found := b.entries(t, `labels."`+webhook+`/dry-run"="true"`)
	want := "'" + image + "' : Image " + image + " denied by attestor " + attestor +
		": No attestations found that were valid and signed by a key trusted by the attestor\n"
	if len(found) != 1 || at(found[0], "labels", webhook+"/overridden-verification-result") != want ||
		at(found[0], "protoPayload", "response", "status", "phase") != "Pending" {
		t.Errorf("%v", found)
	}
	if len(b.running(t)) != 1 || len(b.entries(t, denials)) != 0 {
		t.Error("the pod does not run, or counts as blocked")
	}
}

func TestBreakGlass(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	old := strings.Replace(string(pod("old", "nginx", `alpha.image-policy.k8s.io/break-glass: "true"`)), "labels", "annotations", 1)
	for _, manifest := range []string{string(pod("new", "nginx", `image-policy.k8s.io/break-glass: "true"`)), old} {
		if got, err := b.CreatePod(cluster, []byte(manifest)); err != nil || !got.Admitted || got.DryRun {
			t.Errorf("%+v %v", got, err)
		}
	}
	if got, err := b.CreatePod(cluster, pod("nope", "nginx", `image-policy.k8s.io/break-glass: "yes"`)); err != nil || got.Admitted {
		t.Errorf("%+v %v", got, err)
	}
	b.policy(t, `{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"ENFORCED_BLOCK_AND_AUDIT_LOG"}}`)
	if _, err := b.CreatePod(cluster, pod("idle", "nginx", `image-policy.k8s.io/break-glass: "true"`)); err != nil {
		t.Error(err)
	}
	found := b.entries(t, `labels."`+webhook+`/break-glass"="true" "image-policy.k8s.io/break-glass"`)
	if len(found) != 3 || at(found[0], "labels", webhook+"/overridden-verification-result") == nil ||
		at(found[2], "labels", webhook+"/overridden-verification-result") != nil {
		t.Errorf("%v", found)
	}
}

func TestFailOpen(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.policy(t, denyAll)
	for _, label := range []string{"", kubernetes.FailedOpenOld, kubernetes.FailedOpenByName} {
		b.Pods().FailOpen(1, label)
		if got, err := b.CreatePod(cluster, pod("web"+label[:min(1, len(label))], "nginx")); err != nil || !got.Admitted {
			t.Errorf("%q: %+v %v", label, got, err)
		}
	}
	documented := `("image-policy.k8s.io/failed-open" OR "imagepolicywebhook.image-policy.k8s.io/failed-open" OR
		"failed-open.validating.webhook.admission.k8s.io")`
	if found := b.entries(t, documented); len(found) != 3 {
		t.Errorf("%v", found)
	}
	if got, err := b.CreatePod(cluster, pod("last", "nginx")); err != nil || got.Admitted {
		t.Errorf("the next: %+v %v", got, err)
	}
}
