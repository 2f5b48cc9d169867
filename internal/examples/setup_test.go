package examples_test

import (
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
)

// root is the repository, seen from this package.
const root = "../.."

// errNamespace is why Terraform does not find this provider under the address that the examples give it.
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

// assets are the files beside an example that are no configuration, such as public keys, by their names.
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

// run takes the steps with the provider given to each: a configuration with a provider block of its own wants it so.
func run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	if errNamespace != nil {
		t.Fatal(errNamespace)
	}
	factories := acctest.NewEmulated(t, emulator.Options{}).Factories()
	for i := range steps {
		steps[i].ProtoV6ProviderFactories = factories
	}
	resource.UnitTest(t, resource.TestCase{Steps: steps})
}

// applied is a step that applies files and finds nothing left to do afterwards.
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

// registered puts a registry on this machine in the place of Google's where a configuration reads images, with an index under
// every tag that it names.
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
