package foreign_test

import (
	"bytes"
	"context"
	"errors"
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

	patience = time.Minute // for a command; it takes a second on an idle machine
)

// gcloud runs gcloud commands with the emulator in place of all Google APIs.
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
		"CLOUDSDK_CORE_DISABLE_PROMPTS=1", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=true",
		"CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK=true",
	)
	for _, api := range []string{"BINARYAUTHORIZATION", "CONTAINERANALYSIS", "CLOUDKMS", "CONTAINER", "LOGGING"} {
		env = append(env, "CLOUDSDK_API_ENDPOINT_OVERRIDES_"+api+"=http://"+host+"/")
	}
	return gcloud{program, host, env}
}

// run returns a command's standard output and standard error.
func (g gcloud) run(t *testing.T, command string, more ...string) (out, said string) {
	t.Helper()
	out, said, code := g.try(t, command, more...)
	if code != 0 {
		t.Fatalf("gcloud %s: exit code %d\n%s", command, code, said)
	}
	return out, said
}

// try is run, but a failed command does not fail the test.
func (g gcloud) try(t *testing.T, command string, more ...string) (out, said string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := exec.CommandContext(ctx, g.program, append(strings.Fields(command), more...)...)
	c.Env, c.WaitDelay = g.env, time.Second
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.Output()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatalf("gcloud %s: %v\n%s", command, err, stderr.String())
	}
	return strings.TrimSpace(string(stdout)), stderr.String(), c.ProcessState.ExitCode()
}

// rest calls the emulator directly, for calls without a gcloud command, or to save a second.
func (g gcloud) rest(t *testing.T, method, path, body, answer string) {
	t.Helper()
	values{"host": g.host}.replay(t, &exchange{
		method: method, path: path, header: http.Header{"Content-Type": {"application/json"}}, body: body, status: http.StatusOK,
		answer: answer,
	})
}

// TestGcloudAttests creates an attestor with a KMS key, and an attestation accepted by the
// emulator's own checks.
func TestGcloudAttests(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	g.rest(t, http.MethodPost, "/v1/projects/demo/notes?noteId=built", `{"attestation":{"hint":{"humanReadableName":"built"}}}`, "")
	g.run(t, "container binauthz attestors create built --attestation-authority-note=projects/demo/notes/built "+
		"--attestation-authority-note-project=demo")
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
	g.rest(t, http.MethodGet, "/v1/"+cluster, "",
		`{"binaryAuthorization":{"evaluationMode":"PROJECT_SINGLETON_POLICY_ENFORCE"},"...":"..."}`)
	g.run(t, "beta "+update+"POLICY_BINDINGS", "--binauthz-policy-bindings=name=projects/demo/platforms/gke/policies/p")
	g.rest(t, http.MethodGet, "/v1beta1/"+cluster, "",
		`{"binaryAuthorization":{"evaluationMode":"POLICY_BINDINGS","policyBindings":[{"name":"{{any}}"}]},"...":"..."}`)
}

// TestGcloudEvaluatesAPolicy evaluates an image and a manifest; the exit code is the verdict. Then
// it searches the log for the policy's result on a running pod, with the command from Google's
// documentation.
func TestGcloudEvaluatesAPolicy(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const policy = "gkePolicy: {checkSets: [{checks: [{trustedDirectoryCheck: {trustedDirPatterns: [us-docker.pkg.dev/demo/app]}}]}]}"
	const manifest = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},` +
		`"spec":{"template":{"spec":{"containers":[{"name":"a","image":"nginx:1"}]}}}}`
	g.run(t, "beta container binauthz policy create p --platform=gke --policy-file="+write("p.yaml", policy))
	const evaluate = "beta container binauthz policy evaluate p --platform=gke --format=value(verdict) "
	for asked, want := range map[string]struct {
		verdict string
		code    int
	}{
		"--image=" + image:                            {"CONFORMANT", 0},
		"--image=nginx:1":                             {"NON_CONFORMANT", 2},
		"--resource=" + write("web.json", manifest):   {"NON_CONFORMANT", 2},
		"--resource=" + write("l.yaml", "kind: List"): {"", 1},
	} {
		if out, said, code := g.try(t, evaluate, asked); out != want.verdict || code != want.code {
			t.Errorf("%s: %q, exit code %d, want %v: %s", asked, out, code, want, said)
		}
	}
	g.run(t, "beta container clusters update prod --location=us-central1 --binauthz-evaluation-mode=POLICY_BINDINGS",
		"--binauthz-policy-bindings=name=projects/demo/platforms/gke/policies/p")
	g.rest(t, http.MethodPost, "/emulator/v1/"+cluster+"/pods", manifest, `{"pods":[{"admitted":true,"...":"..."}]}`)
	if found, _ := g.run(t, "logging read --order=desc --freshness=7d --project=demo --format=value(jsonPayload.podEvent.images[0].image)",
		`logName:"binaryauthorization.googleapis.com%2Fcontinuous_validation" "policyName"`); found != "nginx:1" {
		t.Errorf("logged: %q", found)
	}
}

// TestGcloudImportsAPolicy imports its own export, etag included.
func TestGcloudImportsAPolicy(t *testing.T) {
	t.Parallel()
	g := newGcloud(t)
	g.rest(t, http.MethodPut, "/v1/projects/demo/policy",
		`{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_ALLOW","enforcementMode":"DRYRUN_AUDIT_LOG_ONLY"}}`, "")
	exported, _ := g.run(t, "container binauthz policy export")
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(exported, "ALWAYS_ALLOW", "ALWAYS_DENY", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	g.run(t, "container binauthz policy import", file)
	g.rest(t, http.MethodGet, "/v1/projects/demo/policy", "",
		`{"defaultAdmissionRule":{"evaluationMode":"ALWAYS_DENY","enforcementMode":"DRYRUN_AUDIT_LOG_ONLY"},"...":"..."}`)
}

// TestGcloudMakesThePayload compares the signed text byte for byte.
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
