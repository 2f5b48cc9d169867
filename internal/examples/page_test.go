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

// pages are what people read as it stands in the repository.
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

var block = regexp.MustCompile("(?ms)^```(?:terraform|hcl)\n(.*?)^```$")

// TestBlocksOfHCL applies every block of HCL that a person may copy from a page. One that needs hashicorp/google as well is
// only parsed; what the pages of constructs show, and a pipeline's steps, are applied as examples.
func TestBlocksOfHCL(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, page := range pages(t) {
		for _, found := range block.FindAllStringSubmatch(read(t, page), -1) {
			seen++
			formatted(t, page, found[1])
			if strings.Count(page, "/") == 2 && !strings.HasPrefix(page, "docs/guides/") || strings.Contains(found[1], "google_") || found[1] == read(t, "examples/pipeline/main.tf") {
				continue
			}
			t.Run(page, func(t *testing.T) {
				t.Parallel()
				if listBlock.MatchString(found[1]) {
					queried(t, found[1])
					return
				}
				if strings.Contains(found[1], "\naction \"") || strings.HasPrefix(found[1], "action \"") {
					acctest.NeedsActions(t)
				}
				if strings.Contains(found[1], `output "evidence"`) {
					documented(t, complete(t, found[1]))
					return
				}
				if strings.Contains(found[1], "for_each") {
					appliedByCLI(t, complete(t, found[1]))
					return
				}
				run(t, applied(t, complete(t, found[1])))
			})
		}
	}
	if seen < 10 {
		t.Errorf("only %d blocks of HCL in all pages: the test does not see them", seen)
	}
}

// queried looks for what a block asks for.
func queried(t *testing.T, hcl string) {
	t.Helper()
	acctest.NeedsQueries(t)
	found, said := acctest.NewEmulated(t, emulator.Options{}).CLI(t, read(t, providerFile)).Query(t, hcl)
	if len(found) == 0 || len(said) > 0 {
		t.Errorf("found %v and said %v", found, said)
	}
}

// documented is for a document of evidence, which has the time of its making in it and is another at every plan: its digest fits.
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

// appliedByCLI is for a block that has for_each, which the test framework cannot read from a state.
func appliedByCLI(t *testing.T, files map[string]string) {
	t.Helper()
	cli := acctest.NewEmulated(t, emulator.Options{}).CLI(t, files["main.tf"])
	for name, content := range files {
		if name != "main.tf" && name != "terraform.tf" {
			cli.WriteFile(t, name, content)
		}
	}
	cli.Succeeds(t, "apply", "-auto-approve")
	cli.Succeeds(t, "plan", "-detailed-exitcode")
	cli.Succeeds(t, "destroy", "-auto-approve")
}

// complete adds what a block leaves out: where the provider comes from, which project it means, and the files of keys.
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

// TestPagesAreRendered finds templates that were copied instead: only those that end in .tmpl are rendered.
func TestPagesAreRendered(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		if left := directive.FindString(read(t, page)); left != "" {
			t.Errorf("%s has %q", page, left)
		}
	}
}

var variable = regexp.MustCompile("`([A-Z][A-Z0-9_]+)`")

// TestEnvironmentIsListed compares the index page's table with what the provider reads.
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
