package examples_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/registry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

// root is the path from this package to the root of the repository.
const root = "../.."

// errNamespace is the error of setting the namespace in the provider address. The examples use this
// namespace, and the test framework reads it from the environment.
var errNamespace = os.Setenv(resource.EnvTfAccProviderNamespace, "binauthz")

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	return found
}

// assets are the other files beside an example, such as public keys, by their names.
func assets(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, path := range glob(t, filepath.Join(folder, "*")) {
		switch filepath.Ext(path) {
		case ".pem", ".asc", ".yaml":
			files[filepath.Base(path)] = read(t, folder, filepath.Base(path))
		}
	}
	return files
}

// checkedImage is the image of the examples. One example attests it only if its vulnerability scan
// and its provenance pass.
const checkedImage = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

// emulated has an image with a vulnerability scan and a build by Cloud Build.
func emulated(t *testing.T) *acctest.Ground {
	t.Helper()
	g := acctest.NewEmulated(t, emulator.Options{})
	found := containeranalysis.Finding{CVE: "CVE-2021-20305", Severity: "CRITICAL", Package: "nettle"}
	err := errors.Join(
		g.Emulator.Analysis().Scan(g.Project, checkedImage, containeranalysis.Scan{Findings: []containeranalysis.Finding{found}}),
		g.Emulator.Analysis().Build(g.Project, checkedImage, containeranalysis.Build{
			Source:      "https://github.com/acme/web",
			ConfigBased: true,
		}),
	)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// run passes the provider to each step instead of the test case: a configuration with a provider
// block requires it.
func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	if errNamespace != nil {
		t.Fatal(errNamespace)
	}
	factories := emulated(t).Factories()
	for i := range steps {
		steps[i].ProtoV6ProviderFactories = factories
	}
	resource.UnitTest(t, resource.TestCase{Steps: steps})
}

// applied is a step: apply files, then expect an empty plan.
func applied(t *testing.T, files map[string]string, before ...plancheck.PlanCheck) resource.TestStep {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(registered(t, content)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return resource.TestStep{
		ConfigDirectory: config.StaticDirectory(folder),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             before,
			PostApplyPreRefresh:  []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}

var googleImage = regexp.MustCompile(`us-docker\.pkg\.dev/([a-z0-9/-]+):([\w.-]+)"`)

// registered replaces Google's registry by a local one if a configuration reads images. The local
// one has an index under every tag in the configuration.
func registered(t *testing.T, content string) string {
	t.Helper()
	if !strings.Contains(content, `data "binauthz_image"`) {
		return content
	}
	r := registry.Start(t)
	for _, found := range googleImage.FindAllStringSubmatch(content, -1) {
		r.PushIndex(t, found[1], found[2], "linux/amd64", "linux/arm64/v8")
	}
	return strings.ReplaceAll(content, "us-docker.pkg.dev/", r.Host+"/")
}
