package foreign_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/attest"
)

const (
	keyVersion = signingKey + "/cryptoKeyVersions/1"
	image      = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

	patience = time.Minute // for a command, which takes a second on an idle machine
)

// gcloud runs commands of a gcloud that knows no other Google than the emulator.
type gcloud struct {
	program string
	host    string
	env     []string
}

func newGcloud(t *testing.T) gcloud {
	t.Helper()
	program, err := exec.LookPath("gcloud")
	switch {
	case testing.Short():
		t.Skip("gcloud needs seconds for a command, too long for a short run")
	case err != nil:
		t.Skip("gcloud is not installed; the transcripts stand in for it")
	}
	host := start(t).Addr()
	env := append(os.Environ(),
		"CLOUDSDK_CONFIG="+t.TempDir(), "CLOUDSDK_CORE_PROJECT=demo", "CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true",
		"CLOUDSDK_CORE_DISABLE_PROMPTS=1", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=true", "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK=true",
	)
	for _, api := range []string{"BINARYAUTHORIZATION", "CONTAINERANALYSIS", "CLOUDKMS", "CONTAINER"} {
		env = append(env, "CLOUDSDK_API_ENDPOINT_OVERRIDES_"+api+"=http://"+host+"/")
	}
	return gcloud{program, host, env}
}

// run returns what a command writes to its standard output and, about it, to its standard error.
func (g gcloud) run(t *testing.T, command string, more ...string) (out, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, g.program, append(strings.Fields(command), more...)...)
	c.Env, c.WaitDelay = g.env, time.Second
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.Output()
	if err != nil {
		t.Fatalf("gcloud %s: %v\n%s", command, err, stderr.String())
	}
	return strings.TrimSpace(string(stdout)), stderr.String()
}

// rest asks the emulator what gcloud has no command for, or would take a second to say.
func (g gcloud) rest(t *testing.T, method, path, body, answer string) {
	t.Helper()
	values{"host": g.host}.replay(t, &exchange{
		method: method, path: path, header: http.Header{"Content-Type": {"application/json"}}, body: body, status: http.StatusOK, answer: answer,
	})
}

// TestGcloudAttests makes an attestor with a KMS key, and an attestation that the emulator's own checks find good.
func TestGcloudAttests(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	g.rest(t, http.MethodPost, "/v1/projects/demo/notes?noteId=built", `{"attestation":{"hint":{"humanReadableName":"built"}}}`, "")
	g.run(t, "container binauthz attestors create built --attestation-authority-note=projects/demo/notes/built --attestation-authority-note-project=demo")
	g.run(t, "container binauthz attestors public-keys add --attestor=built", "--keyversion="+keyVersion)
	_, said := g.run(t, "beta container binauthz attestations sign-and-create --validate --attestor=projects/demo/attestors/built",
		"--keyversion="+keyVersion, "--artifact-url="+image)
	if strings.Contains(said, "could not be validated") {
		t.Error(said)
	}
	g.rest(t, http.MethodGet, "/v1/projects/demo/notes/built/occurrences", "", `{"occurrences":[{"resourceUri":"`+image+`","...":"..."}]}`)
}

// TestGcloudSwitchesACluster waits for an operation as gcloud does, and lets v1beta1 bind a policy.
func TestGcloudSwitchesACluster(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	const update = "container clusters update prod --location=us-central1 --binauthz-evaluation-mode="
	g.run(t, update+"PROJECT_SINGLETON_POLICY_ENFORCE")
	g.rest(t, http.MethodGet, "/v1/"+cluster, "", `{"binaryAuthorization":{"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"},"...":"..."}`)
	g.run(t, "beta "+update+"POLICY_BINDINGS", "--binauthz-policy-bindings=name=projects/demo/platforms/gke/policies/p")
	g.rest(t, http.MethodGet, "/v1beta1/"+cluster, "", `{"binaryAuthorization":{"evaluationMode":"POLICY_BINDINGS","policyBindings":[{"name":"{{any}}"}]},"...":"..."}`)
}

// TestGcloudImportsAPolicy puts back what it exported, etag included.
func TestGcloudImportsAPolicy(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	g.rest(t, http.MethodPut, "/v1/projects/demo/policy", `{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"DRYRUN_AUDIT_LOG_ONLY"}}`, "")
	exported, _ := g.run(t, "container binauthz policy export")
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(exported, "ALWAYS_ALLOW", "ALWAYS_DENY", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	g.run(t, "container binauthz policy import", file)
	g.rest(t, http.MethodGet, "/v1/projects/demo/policy", "", `{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_DENY","enforcementMode":"DRYRUN_AUDIT_LOG_ONLY"},"...":"..."}`)
}

// TestGcloudMakesThePayload compares what is signed, byte for byte.
func TestGcloudMakesThePayload(t *testing.T) {
	t.Parallel()
	want, err := attest.Payload(image)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := newGcloud(t).run(t, "container binauthz create-signature-payload", "--artifact-url="+image)
	if got != strings.TrimSpace(string(want)) {
		t.Errorf("got %s, want %s", got, want)
	}
}
