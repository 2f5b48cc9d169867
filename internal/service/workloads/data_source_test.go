package workloads_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/fault"
)

var clusters = []string{
	"projects/demo/locations/us-central1/clusters/prod", "projects/demo/locations/europe-west1/clusters/prod",
	"projects/demo/locations/us-east1-b/clusters/batch",
}

const images = 12

// image is one of the images. The policy refuses the first five.
func image(i int) string {
	repository := "us-docker.pkg.dev/demo/good/app"
	if i < 5 {
		repository = "us-docker.pkg.dev/demo/bad/app"
	}
	return fmt.Sprintf("%s%d@sha256:%s", repository, i, strings.Repeat(fmt.Sprintf("%x", i), 64))
}

// fill creates 200 pods of 24 Deployments in three clusters, with the twelve images.
func fill(t *testing.T, g *acctest.Ground) {
	t.Helper()
	pods := 0
	for n := range 24 {
		replicas := 8 + n%2
		if n == 23 {
			replicas = 200 - pods
		}
		pods += replicas
		_, err := g.Emulator.Pods().CreatePods(clusters[n%3], []byte(fmt.Sprintf(
			"{apiVersion: apps/v1, kind: Deployment, metadata: {name: app-%d, namespace: team-%d}, spec: {replicas: %d, template: "+
				"{spec: {serviceAccountName: robot, containers: [{name: main, image: %q}]}}}}",
			n, n%4, replicas, image(n%images))))
		fatal(t, err)
	}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const outputs = `
output "found" {
  value = jsonencode({
    pods      = data.binauthz_workloads.all.pods
    workloads = length(data.binauthz_workloads.all.workloads)
    requests  = length(data.binauthz_workloads.all.requests)
    refused   = [for r in coalesce(data.binauthz_workloads.all.refused, []) : "${r.image} ${r.would_block}"]
    images    = distinct([for r in data.binauthz_workloads.all.requests : r.image])
  })
}
`

const policy = `
resource "binauthz_policy" "it" {
  default_admission_rule       = { evaluation_mode = "ALWAYS_DENY", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }
  admission_whitelist_patterns = ["us-docker.pkg.dev/demo/good/**"]
  acknowledge_lockout          = true
  must_admit_in                = data.binauthz_workloads.all.requests
}
`

// TestAPlanNamesWhatRunsAndWouldBeRefused: if a plan would refuse running images, the error names
// exactly these images, with their workloads. The inventory is read in one call.
func TestAPlanNamesWhatRunsAndWouldBeRefused(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters})
	fill(t, g)
	cli := g.CLI(t, "data \"binauthz_workloads\" \"all\" {}\n"+outputs)
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, cli.Succeeds(t, "output", "-raw", "found"), `"pods":200`, `"workloads":24`)
	cli.Write(t, "data \"binauthz_workloads\" \"all\" {}\n"+policy)
	g.Emulator.ResetCalls()
	out := cli.Fails(t, "Policy refuses an image that it must admit", "plan")
	if n := g.Calls("ListAssets"); n > 3 {
		t.Errorf("%d calls of the inventory", n)
	}
	_, out, _ = strings.Cut(out, "Error:") // before it are the outputs of the run before
	for i := range images {
		unwanted := ""
		if i >= 5 {
			unwanted = "!"
		}
		acctest.Says(t, out, unwanted+image(i))
	}
	acctest.Says(t, out, "Deployment team-0/app-0, Deployment team-0/app-12 of projects/demo/locations/us-central1/clusters/prod: Image",
		"Denied by always_deny admission rule")
}

// TestWhatWouldBeRefusedNow: with evaluate, the data source reports images refused by the current
// policy, and images admitted by a dry run only.
func TestWhatWouldBeRefusedNow(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters, PageSize: 70})
	fill(t, g)
	dry := strings.NewReplacer("ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY", "must_admit_in", "# must_admit_in").Replace(policy)
	ask := "data \"binauthz_workloads\" \"all\" {\n  evaluate = true\n  kubernetes_namespaces = [\"team-0\"]\n  clusters = " +
		"[\"us-central1.prod\"]\n  depends_on = [binauthz_policy.it]\n}\n" + outputs
	cli := g.CLI(t, dry+ask)
	cli.Succeeds(t, "apply", "-auto-approve")
	if n := g.Calls("ListAssets"); n != 3 {
		t.Errorf("%d pages", n)
	}
	acctest.Says(t, cli.Succeeds(t, "output", "-raw", "found"), `"workloads":2`, `"refused":["`+image(0)+` true"]`)
	cli.Write(t, strings.Replace(dry, "DRYRUN_AUDIT_LOG_ONLY", "ENFORCED_BLOCK_AND_AUDIT_LOG", 1)+ask)
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Says(t, cli.Succeeds(t, "output", "-raw", "found"), `"refused":["`+image(0)+` false"]`)
}

// TestTheInventoryLags: the inventory is a snapshot. The data source returns its time, and later
// pods are missing in it.
func TestTheInventoryLags(t *testing.T) {
	t.Parallel()
	g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters})
	g.Emulator.Assets().Lag = time.Hour
	fill(t, g)
	cli := g.CLI(t, "data \"binauthz_workloads\" \"all\" {}\noutput \"as_of\" {\n  value = \"${data.binauthz_workloads.all.pods} pods "+
		"${data.binauthz_workloads.all.as_of}\"\n}\n")
	cli.Succeeds(t, "apply", "-auto-approve")
	out := cli.Succeeds(t, "output", "-raw", "as_of")
	asOf, err := time.Parse("0 pods "+time.RFC3339, strings.TrimSpace(out))
	if err != nil || time.Since(asOf) < 59*time.Minute {
		t.Errorf("%s: %v", out, err)
	}
}

// TestAnInventoryThatCannotBeRead: if the inventory cannot be read, the data source fails with a
// remedy and never returns an empty result.
func TestAnInventoryThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault fault.Fault
		scope string
		want  []string
	}{
		"denied": {
			fault.Fault{Method: "ListAssets", Kind: "permission_denied", Count: fault.Forever},
			"",
			[]string{"cloudasset.assets.listResource", "roles/cloudasset.viewer"},
		},
		"disabled": {
			fault.Fault{Method: "ListAssets", Kind: fault.ServiceDisabled, Count: fault.Forever},
			"",
			[]string{"gcloud services enable cloudasset.googleapis.com"},
		},
		"second page": {
			fault.Fault{Method: "ListAssets", Kind: "permission_denied", After: 1, Count: fault.Forever}, "", []string{"permission denied"},
		},
		"no scope": {
			fault.Fault{Method: "ListAssets", Kind: "permission_denied"},
			"demo",
			[]string{"want projects/{id or number}, folders/{number} or organizations/{number}"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters, PageSize: 50})
			fill(t, g)
			fatal(t, g.Emulator.Inject(c.fault))
			scope := ""
			if c.scope != "" {
				scope = fmt.Sprintf("  scope = %q\n", c.scope)
			}
			cli := g.CLI(t, "data \"binauthz_workloads\" \"all\" {\n"+scope+"}\n"+outputs)
			acctest.Says(t, cli.Fails(t, c.want[0], "plan"), c.want...)
		})
	}
	t.Run("faults that pass", func(t *testing.T) {
		t.Parallel()
		g := acctest.NewEmulated(t, emulator.Options{Clusters: clusters, PageSize: 50})
		fill(t, g)
		for after, kind := range []fault.Kind{"unavailable", fault.Reset, "resource_exhausted"} {
			fatal(t, g.Emulator.Inject(fault.Fault{Method: "ListAssets", Kind: kind, After: after}))
		}
		inventory, err := g.Clients.Pods(t.Context(), "projects/demo")
		if err != nil || len(inventory.Pods) != 200 {
			t.Fatalf("%v", err)
		}
		names := map[string]bool{}
		for _, p := range inventory.Pods {
			names[p.Cluster.String()+p.Pod.Namespace+p.Pod.Name] = true
		}
		if len(names) != 200 {
			t.Errorf("%d different pods", len(names))
		}
	})
}

// TestAPolicyIsAskedAboutItsOwnClusters: in a scope of several projects, each policy evaluates only
// its own clusters.
func TestAPolicyIsAskedAboutItsOwnClusters(t *testing.T) {
	t.Parallel()
	other := "projects/other/locations/us-central1/clusters/prod"
	g := acctest.NewEmulated(t, emulator.Options{Clusters: append([]string{other}, clusters...)})
	fatal(t, g.Emulator.Assets().SetParent("projects/demo", "folders/7"))
	fatal(t, g.Emulator.Assets().SetParent("projects/other", "folders/7"))
	pod := "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns}, spec: {containers: [{name: c, image: %s}]}}"
	for cluster, image := range map[string]string{clusters[0]: "us-docker.pkg.dev/demo/good/a", other: "us-docker.pkg.dev/other/bad/b"} {
		_, err := g.Emulator.Pods().CreatePods(cluster, []byte(fmt.Sprintf(pod, image)))
		fatal(t, err)
	}
	cli := g.CLI(t, "data \"binauthz_workloads\" \"all\" {\n  scope = \"folders/7\"\n}\n"+policy+outputs)
	acctest.Says(t, cli.Succeeds(t, "plan"), "us-docker.pkg.dev/other/bad/b")
	cli.Write(t, "data \"binauthz_workloads\" \"all\" {\n  scope = \"folders/7\"\n}\n"+strings.Replace(policy, `"binauthz_policy" "it" {`,
		"\"binauthz_policy\" \"it\" {\n  project = \"other\"", 1))
	acctest.Says(t, cli.Fails(t, "Policy refuses an image that it must admit", "plan"), "us-docker.pkg.dev/other/bad/b",
		"Pod ns/p of "+other, "!demo/good/a")
}
