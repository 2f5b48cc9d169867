package examples_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// pages are the Markdown pages in the repository for users and contributors.
func pages(t *testing.T) []string {
	t.Helper()
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*.md"} {
		for _, path := range glob(t, pattern) {
			if relative, err := filepath.Rel(root, path); err == nil {
				pages = append(pages, relative)
			}
		}
	}
	return pages
}

// TestBlocksOfHCL applies every HCL block of the pages. Blocks with resources of hashicorp/google
// are only parsed. Other tests apply the pages of constructs, the steps of the pipeline and the
// parts of examples/continuous-validation.
func TestBlocksOfHCL(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, page := range pages(t) {
		for _, found := range acctest.Blocks(read(t, page), "terraform", "hcl") {
			seen++
			formatted(t, page, found)
			if strings.Count(page, "/") == 2 && !strings.HasPrefix(page, "docs/guides/") || strings.Contains(found, "google_") ||
				found == read(t, "examples/pipeline/main.tf") ||
				strings.Contains(read(t, "examples/continuous-validation/main.tf"), found) {
				continue
			}
			t.Run(page, func(t *testing.T) {
				t.Parallel()
				if listBlock.MatchString(found) {
					queried(t, found)
					return
				}
				if strings.Contains(found, "\naction \"") || strings.HasPrefix(found, "action \"") {
					acctest.NeedsActions(t)
				}
				if strings.Contains(found, `output "evidence"`) {
					documented(t, complete(t, found))
					return
				}
				if strings.Contains(found, "for_each") || strings.Contains(found, `"binauthz_attestation" "web"`) {
					appliedByCLI(t, found)
					return
				}
				run(t, applied(t, complete(t, found)))
			})
		}
	}
	if seen < 10 {
		t.Errorf("only %d blocks of HCL in all pages: the test does not see them", seen)
	}
}

// queried runs the list blocks of a page as a query.
func queried(t *testing.T, hcl string) {
	t.Helper()
	acctest.NeedsQueries(t)
	found, said := acctest.NewEmulated(t, emulator.Options{}).CLI(t, read(t, providerFile)).Query(t, hcl)
	if len(found) == 0 || len(said) > 0 {
		t.Errorf("found %v and said %v", found, said)
	}
}

// documented applies a block with a document of evidence and compares the document with its digest.
// The document contains its creation time, so every plan shows a new document.
func documented(t *testing.T, files map[string]string) {
	t.Helper()
	cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, files["main.tf"])
	cli.WriteFile(t, "provider.tf", files["provider.tf"])
	cli.Succeeds(t, "apply", "-auto-approve")
	document, digest := cli.Succeeds(t, "output", "-raw", "evidence"), cli.Succeeds(t, "output", "-raw", "digest")
	if sum := sha256.Sum256([]byte(document)); hex.EncodeToString(sum[:]) != digest || !json.Valid([]byte(document)) {
		t.Errorf("%s is not the digest of\n%s", digest, document)
	}
	acctest.Says(t, document, `"pod_creations":0`, `"complete":true`, `"as_of":`)
}

// appliedByCLI applies a block with for_each, because the test framework cannot read for_each in a
// state, or one that uses the attestor of another team.
func appliedByCLI(t *testing.T, hcl string) {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	if !strings.Contains(hcl, `resource "binauthz_attestor"`) {
		g.CLI(t, acctest.HCL(t, "testdata/platform_of_the_pipeline.tf", nil)).Succeeds(t, "apply", "-auto-approve")
	}
	files := complete(t, hcl)
	cli := g.CLI(t, hcl)
	for name, content := range files {
		if name != "main.tf" && name != "terraform.tf" {
			cli.WriteFile(t, name, content)
		}
	}
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Succeeds(t, "plan", "-detailed-exitcode")
	cli.Succeeds(t, "destroy", "-auto-approve")
}

// complete adds the omitted parts of a block: the source of the provider, the project and the key
// files.
func complete(t *testing.T, hcl string) map[string]string {
	t.Helper()
	files := assets(t, "examples/resources/binauthz_attestor")
	files["main.tf"] = hcl
	if !strings.Contains(hcl, "required_providers") {
		files["terraform.tf"] = "terraform {\n  required_providers {\n    binauthz = { source = \"binauthz/binauthz\" }\n  }\n}\n"
	}
	if !strings.Contains(hcl, `provider "binauthz"`) {
		files["provider.tf"] = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
	}
	return files
}

func formatted(t *testing.T, page, hcl string) {
	t.Helper()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if cli == "" {
		cli = "terraform"
	}
	check := exec.CommandContext(t.Context(), cli, "fmt", "-check", "-diff", "-")
	check.Stdin = strings.NewReader(hcl)
	var out bytes.Buffer
	check.Stdout, check.Stderr = &out, &out
	if err := check.Run(); err != nil {
		t.Errorf("%s: %v\n%s", page, err, &out)
	}
}

var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, page), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(page), found[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

var directive = regexp.MustCompile(`\{\{-? *(tffile|codefile|\.)`)

// TestPagesAreRendered: no page contains template directives. Only files with the extension .tmpl
// are rendered.
func TestPagesAreRendered(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		if left := directive.FindString(read(t, page)); left != "" {
			t.Errorf("%s has %q", page, left)
		}
	}
}

var variable = regexp.MustCompile("`([A-Z][A-Z0-9_]+)`")

// TestEnvironmentIsListed compares the environment variables in the index page's table with the
// schema.
func TestEnvironmentIsListed(t *testing.T) {
	t.Parallel()
	index := read(t, "docs/index.md")
	for _, a := range served(t).Provider.Block.Attributes {
		row := regexp.MustCompile("(?m)^\\| `" + a.Name + "` \\|.*$").FindString(index)
		if row == "" {
			t.Errorf("the table has no row for %s", a.Name)
		}
		_, environment, _ := strings.Cut(a.Description, "Environment: ")
		want, got := variable.FindAllString(environment, -1), variable.FindAllString(row, -1)
		if strings.Join(want, " ") != strings.Join(got, " ") {
			t.Errorf("%s: the provider reads %v, the table says %v", a.Name, want, got)
		}
	}
}
