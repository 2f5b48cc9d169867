package examples_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// TestContinuousValidation takes the steps of examples/continuous-validation/run.sh with the same
// files.
func TestContinuousValidation(t *testing.T) {
	t.Parallel()
	const folder = "examples/continuous-validation"
	g := acctest.NewEmulated(t, emulator.Options{
		Clusters: []string{"projects/demo/locations/us-central1/clusters/prod"},
		KMSKeys:  []string{"projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci"},
	})
	post := func(kind, name string) {
		t.Helper()
		url := "http://" + g.Emulator.Addr() + "/emulator/v1/projects/demo/images:" + kind
		body := bytes.NewBufferString(read(t, folder, "evidence", name+".json"))
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		reply, err := (&http.Client{Timeout: time.Minute}).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := reply.Body.Close(); err != nil || reply.StatusCode != http.StatusOK {
			t.Fatalf("%s %s: %s %v", kind, name, reply.Status, err)
		}
	}
	for _, name := range []string{"scan-api", "scan-web", "scan-miner"} {
		post("scan", name)
	}
	post("build", "build-api")
	post("build", "build-web")

	cli := g.CLI(t, withSource(read(t, folder, "main.tf")))
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, cli.Succeeds(t, "output", "-json", "verdicts"), `"api":"CONFORMANT"`, `"web":"CONFORMANT"`, `"miner":"NON_CONFORMANT"`)
	strict := []string{"-var=strict=true", `-var=must_conform=["api","web"]`}
	acctest.Says(t, cli.Fails(t, "Image does not conform", append([]string{"plan"}, strict...)...), "Image does not conform",
		"CVE-2026-1234")
	acctest.Says(t, cli.Fails(t, "Image does not pass", "plan", `-var=attested=["api","web"]`), "Image does not pass", "CVE-2026-1234")

	cli.Succeeds(t, "apply", "-auto-approve", "-var=strict=true")
	acctest.Says(t, cli.Succeeds(t, "output", "-json", "verdicts"), `"web":"NON_CONFORMANT"`)
	manifest, err := os.ReadFile(filepath.Join(root, folder, "pods.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	pods, err := g.Emulator.Pods().CreatePods("projects/demo/locations/us-central1/clusters/prod", manifest)
	if err != nil || len(pods) != 1 || !pods[0].Admitted {
		t.Fatalf("a platform policy refused a pod: %v %v", pods, err)
	}

	post("scan", "scan-web-fixed")
	all := append(slices.Clone(strict), `-var=attested=["api","web"]`)
	cli.Succeeds(t, append([]string{"apply", "-auto-approve"}, all...)...)
	acctest.Says(t, cli.Succeeds(t, "output", "-json", "verdicts"), `"web":"CONFORMANT"`)
	cli.Succeeds(t, append([]string{"plan", "-detailed-exitcode"}, all...)...)
	cli.Succeeds(t, append([]string{"destroy", "-auto-approve"}, all...)...)
}
