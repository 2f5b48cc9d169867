package denial_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/gcp"
)

const (
	prod = "projects/demo/locations/us-central1/clusters/prod"
	dev  = "projects/demo/locations/europe-west1-b/clusters/dev"
)

// ground is a project and two clusters with evaluation of its policy.
type ground struct{ *acctest.Ground }

func start(t *testing.T, o emulator.Options) *ground {
	t.Helper()
	o.Clusters = []string{prod, dev}
	g := &ground{acctest.NewEmulated(t, o)}
	for _, cluster := range o.Clusters {
		fatal(t, g.Emulator.GKE().SetBinaryAuthorization(cluster, gcp.ModeProjectPolicy))
	}
	return g
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// policy denies all images, enforced or as a dry run.
func (g *ground) policy(t *testing.T, enforcement string) {
	t.Helper()
	g.CLI(t, fmt.Sprintf(`
resource "binauthz_policy" "it" {
  default_admission_rule = { evaluation_mode = "ALWAYS_DENY", enforcement_mode = %q }
  acknowledge_lockout    = true
  adopt_existing         = true
}`, enforcement)).Succeeds(t, "apply", "-auto-approve")
}

const enforced, tried = "ENFORCED_BLOCK_AND_AUDIT_LOG", "DRYRUN_AUDIT_LOG_ONLY"

// deploy creates pods of a Deployment at a time before now.
func (g *ground) deploy(t *testing.T, ago time.Duration, cluster, name string, replicas int, labels string) {
	t.Helper()
	manifest := fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %q, namespace: shop}, spec: {replicas: %d, "+
		"template: {metadata: {labels: {%s}}, spec: {serviceAccountName: till, containers: [{name: main, image: %q}]}}}}",
		name, replicas, labels, "gcr.io/demo/"+name)
	_, err := g.Emulator.Pods().CreatePodsAt(time.Now().Add(-ago), cluster, []byte(manifest))
	fatal(t, err)
}

// answer is the output of the data source.
type answer struct {
	Denials []struct {
		Kind, Image, Reason, Cluster, Workload string
		Namespace                              string `json:"kubernetes_namespace"`
		Account                                string `json:"kubernetes_service_account"`
		First                                  string `json:"first_seen"`
		Last                                   string `json:"last_seen"`
		Count                                  int
	}
	Creations             int `json:"pod_creations"`
	Complete              bool
	Since, Until, Project string
	ID                    string
}

func config(content string) string {
	return "data \"binauthz_denials\" \"it\" {\n" + content + "\n}\noutput \"it\" {\n  value = jsonencode(data.binauthz_denials.it)\n}\n"
}

// ask reads the data source.
func (g *ground) ask(t *testing.T, content string) (a answer, out string) {
	t.Helper()
	cli := g.CLI(t, config(content))
	out = cli.Succeeds(t, "apply", "-auto-approve")
	fatal(t, json.Unmarshal([]byte(cli.Succeeds(t, "output", "-raw", "it")), &a))
	return a, out
}

// lines are the groups, one line each.
func (a answer) lines() (lines []string) {
	for _, d := range a.Denials {
		image := strings.TrimPrefix(d.Image, "gcr.io/demo/")
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d", d.Kind, image, d.Cluster, d.Workload, d.Count))
	}
	return lines
}
