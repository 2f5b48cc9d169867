package examples_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	dryRunGuide     = "docs/guides/from-dry-run-to-enforcement.md"
	teamsGuide      = "docs/guides/several-teams-one-policy.md"
	findingGuide    = "docs/guides/finding-what-exists.md"
	validationGuide = "docs/guides/continuous-validation.md"
	versionsGuide   = "docs/guides/terraform-versions.md"

	tried, enforced = "DRYRUN_AUDIT_LOG_ONLY", "ENFORCED_BLOCK_AND_AUDIT_LOG"
	prodCluster     = "projects/demo/locations/us-central1/clusters/prod"
	apiImage        = "us-docker.pkg.dev/demo/app/api@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
)

// holdsMovingGuide is a test of internal/moved, which has states of hashicorp/google. It compares
// every block of that guide.
const holdsMovingGuide = "TestTheGuide"

// outputs produce the blocks of output on each page, in the order of the page.
var outputs = map[string][]func(*testing.T) string{
	"README.md":                        {readmeGate},
	dryRunGuide:                        {denial, clusterGate},
	"docs/guides/keys-and-rotation.md": {lostKey},
	validationGuide:                    {nonconformant},
	"docs/guides/quickstart.md":        {quickstartGate},
	teamsGuide:                         {ruleWithoutPattern},
	findingGuide:                       {unprotected, imported},
	"docs/guides/audit.md":             {findings},
}

// guidePages are the pages with output of Terraform. The blocks of text on other pages are
// signatures, generated from the schemas.
func guidePages(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(pages(t), func(page string) bool {
		return page != "README.md" && page != "docs/index.md" && !strings.HasPrefix(page, "docs/guides/")
	})
}

// TestOutputs compares each block of output with the output of the same steps.
func TestOutputs(t *testing.T) {
	t.Parallel()
	held := 0
	for _, page := range guidePages(t) {
		quoted := acctest.Blocks(read(t, page), "text")
		if page == movingGuide && testFunctions(t)[holdsMovingGuide] {
			continue
		}
		if len(quoted) != len(outputs[page]) {
			t.Errorf("%s has %d blocks of output, and %d are produced", page, len(quoted), len(outputs[page]))
			continue
		}
		for i, output := range outputs[page] {
			held++
			t.Run(fmt.Sprintf("%s/%d", page, i+1), func(t *testing.T) {
				t.Parallel()
				acctest.Quotes(t, output(t), quoted[i])
			})
		}
	}
	if want := len(slices.Concat(slices.Collect(maps.Values(outputs))...)); held != want {
		t.Errorf("%d of %d outputs have a page", held, want)
	}
}

var fence = regexp.MustCompile("(?m)^( *)```(.*)$")

// TestFences finds output that TestOutputs does not see: in a block without a language, or below a
// command.
func TestFences(t *testing.T) {
	t.Parallel()
	for _, page := range guidePages(t) {
		for i, found := range fence.FindAllStringSubmatch(read(t, page), -1) {
			if opens := i%2 == 0; found[1] != "" ||
				opens != slices.Contains([]string{"terraform", "console", "text", "yaml", "mermaid"}, found[2]) {
				t.Errorf("%s has the fence %q", page, found[0])
			}
		}
		for _, commands := range acctest.Blocks(read(t, page), "console") {
			for line := range strings.Lines(strings.ReplaceAll(commands, "\\\n", "")) {
				if !strings.HasPrefix(line, "$ ") {
					t.Errorf("%s has output in a block of commands: %s", page, line)
				}
			}
		}
	}
}

var (
	anyBlock = regexp.MustCompile("(?ms)^```.*?^```$")
	sentence = regexp.MustCompile("`([A-Z][a-z]+ [a-z][^`]*)`")
)

// TestTitlesExist looks for the titles of errors and warnings in the code. A title ends before a
// colon with a code, or before "…".
func TestTitlesExist(t *testing.T) {
	t.Parallel()
	source, seen := sources(t), 0
	for _, page := range guidePages(t) {
		if page == versionsGuide {
			continue // messages of Terraform and OpenTofu, from runs of internal/habits
		}
		for _, found := range sentence.FindAllStringSubmatch(anyBlock.ReplaceAllString(read(t, page), ""), -1) {
			title, code, _ := strings.Cut(strings.TrimSuffix(strings.Join(strings.Fields(found[1]), " "), "…"), ": ")
			code, _, _ = strings.Cut(code, " ")
			if strings.HasPrefix(title, "Blocks of type ") {
				continue // Terraform's own
			}
			seen++
			if !strings.Contains(source, `"`+title) || code != "" && code != "CODE" && !strings.Contains(source, `"`+code+`"`) {
				t.Errorf("%s has the title %q, which does not exist", page, found[1])
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d titles on all pages: the test does not see them", seen)
	}
}

// sources are the texts of all Go files except tests.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// hclOf is a block of HCL of a page, with changes: pairs of old and new text. Each old text must be
// there.
func hclOf(t *testing.T, page string, number int, changes ...string) string {
	t.Helper()
	hcl := acctest.Blocks(read(t, page), "terraform")[number]
	for change := range slices.Chunk(changes, 2) {
		if !strings.Contains(hcl, change[0]) {
			t.Fatalf("block %d of %s has no %q", number, page, change[0])
		}
		hcl = strings.ReplaceAll(hcl, change[0], change[1])
	}
	return withSource(hcl)
}

// withSource is for OpenTofu, whose own registry makes another provider of the short source.
func withSource(hcl string) string {
	return strings.Replace(hcl, `"binauthz/binauthz"`, `"registry.terraform.io/binauthz/binauthz"`, 1)
}

// deploy creates the pods of a Deployment, and returns the text of a refusal.
func deploy(t *testing.T, g *acctest.Ground, name, image string, replicas int) string {
	t.Helper()
	template := fmt.Sprintf("{spec: {containers: [{name: main, image: %q}]}}", image)
	results, err := g.Emulator.Pods().CreatePods(prodCluster, fmt.Appendf(nil,
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop}, spec: {replicas: %d, template: %s}}",
		name, replicas, template))
	if err != nil || len(results) != replicas {
		t.Fatalf("%v %v", results, err)
	}
	return results[0].Message
}

// enough is more than the min_pod_creations of a page.
const enough = 60

func readmeGate(t *testing.T) string {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, hclOf(t, "README.md", 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	deploy(t, g, "web", checkedImage, enough)
	deploy(t, g, "api", apiImage, 2)
	cli.Write(t, hclOf(t, "README.md", 0, tried, enforced))
	return g.Fresh(t, cli).Fails(t, "Enforcement would refuse pods", "plan")
}

// denial has the same text from a plan and from kubectl.
func denial(t *testing.T) string {
	t.Helper()
	const image = "us-docker.pkg.dev/demo/app/web:v1"
	g := acctest.NewEmulated(t, emulator.Options{})
	enforce := []string{tried, enforced, "  enforcement_gate = {\n    lookback          = \"168h\"\n    min_pod_creations = 50\n  }\n", ""}
	cli := g.CLI(t, hclOf(t, dryRunGuide, 0, enforce...))
	cli.Succeeds(t, "apply", "-auto-approve")
	acctest.Quotes(t, deploy(t, g, "web", image, 1), acctest.Blocks(read(t, dryRunGuide), "text")[0])
	cli.Write(t, hclOf(t, dryRunGuide, 0, append(enforce, "must_admit = [", fmt.Sprintf("must_admit = [\n    %q,", image))...))
	return g.Fresh(t, cli).Fails(t, "Policy refuses an image", "plan")
}

func clusterGate(t *testing.T) string {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, hclOf(t, dryRunGuide, 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	deploy(t, g, "web", checkedImage, 2)
	_, rule, _ := strings.Cut(hclOf(t, dryRunGuide, 0, tried, enforced), "  default_admission_rule = ")
	rule, rest, _ := strings.Cut(rule, "\n  }\n")
	if rest == "" {
		t.Fatal("the policy has no default rule")
	}
	const before = "  default_admission_rule"
	rule = "  cluster_admission_rules = {\n    \"us-central1.prod\" = " + rule + "\n    }\n  }\n"
	cli.Write(t, hclOf(t, dryRunGuide, 0, before, rule+before))
	return g.Fresh(t, cli).Fails(t, "Enforcement would refuse pods", "plan")
}

// lostKey removes the old key before a pipeline has attested its image with the new key.
func lostKey(t *testing.T) string {
	t.Helper()
	const page, attestor = "docs/guides/keys-and-rotation.md", 1
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, hclOf(t, page, attestor))
	cli.Succeeds(t, "apply", "-auto-approve")
	pipeline := "resource \"binauthz_attestation\" \"api\" {\n  attestor = \"projects/demo/attestors/built-by-ci\"\n"
	pipeline += fmt.Sprintf("  image = %q\n  kms_key_version = %q\n}\n", apiImage, heldKey)
	g.CLI(t, pipeline).Succeeds(t, "apply", "-auto-approve")
	old := regexp.MustCompile(`.*"until the end of 2026".*\n`).FindString(hclOf(t, page, attestor))
	cli.Write(t, hclOf(t, page, attestor, old, ""))
	return g.Fresh(t, cli).Succeeds(t, "plan")
}

func nonconformant(t *testing.T) string {
	t.Helper()
	hcl := hclOf(t, validationGuide, 1, `["us-docker.pkg.dev/demo/app"]`, `["us-docker.pkg.dev/demo/release"]`)
	cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, hcl)
	return cli.Fails(t, "Image does not conform", "plan")
}

func quickstartGate(t *testing.T) string {
	t.Helper()
	const folder = "examples/quickstart"
	g := acctest.NewEmulated(t, emulator.Options{})
	cli := g.CLI(t, withSource(read(t, folder, "main.tf")))
	for name, content := range assets(t, folder) {
		cli.WriteFile(t, name, content)
	}
	cli.Succeeds(t, "apply", "-auto-approve")
	if _, err := g.Emulator.Pods().CreatePods(prodCluster, []byte(read(t, folder, "pods.yaml"))); err != nil {
		t.Fatal(err)
	}
	cli.Succeeds(t, "apply", "-refresh-only", "-auto-approve")
	return g.Fresh(t, cli).Fails(t, "Enforcement would refuse pods", "plan", "-var=enforce=true")
}

func ruleWithoutPattern(t *testing.T) string {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	g.CLI(t, hclOf(t, teamsGuide, 0)).Succeeds(t, "apply", "-auto-approve")
	cli := g.CLI(t, hclOf(t, teamsGuide, 2, "  needs            = [binauthz_policy_allowlist_pattern.tools.id]\n", ""))
	return cli.Fails(t, "add its id to needs", "plan")
}

func unprotected(t *testing.T) string {
	t.Helper()
	acctest.NeedsQueries(t)
	cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, inDemo)
	cli.WriteFile(t, "clusters.tfquery.hcl", hclOf(t, findingGuide, 0))
	return cli.Succeeds(t, "query")
}

// imported is the project of two teams.
func imported(t *testing.T) string {
	t.Helper()
	acctest.NeedsQueries(t)
	g := acctest.NewEmulated(t, emulator.Options{})
	g.CLI(t, hclOf(t, teamsGuide, 0)).Succeeds(t, "apply", "-auto-approve")
	g.CLI(t, hclOf(t, teamsGuide, 1)).Succeeds(t, "apply", "-auto-approve")
	cli := g.CLI(t, inDemo)
	cli.WriteFile(t, "project.tfquery.hcl", hclOf(t, findingGuide, 1))
	cli.Succeeds(t, "query", "-generate-config-out=found.tf")
	return g.Fresh(t, cli).Succeeds(t, "plan")
}

// findings are of a project with a second cluster that evaluates no policy.
func findings(t *testing.T) string {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{Clusters: []string{prodCluster, strings.Replace(prodCluster, "prod", "dev", 1)}})
	g.CLI(t, hclOf(t, dryRunGuide, 0)).Succeeds(t, "apply", "-auto-approve")
	deploy(t, g, "web", checkedImage, 2)
	cli := g.CLI(t, inDemo+hclOf(t, "docs/guides/audit.md", 0))
	cli.Succeeds(t, "apply", "-auto-approve")
	return cli.Succeeds(t, "output", "findings")
}
