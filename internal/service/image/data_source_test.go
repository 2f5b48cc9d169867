package image_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/acctest/registry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

func reads(image, more string) string {
	return fmt.Sprintf("data \"binauthz_image\" \"it\" {\n  image = %q\n%s\n}\n", image, more)
}

func expect(attribute string, value knownvalue.Check) statecheck.StateCheck {
	at := tfjsonpath.New(strings.Split(attribute, ".")[0])
	for _, part := range strings.Split(attribute, ".")[1:] {
		at = at.AtMapKey(part)
	}
	return statecheck.ExpectKnownValue("data.binauthz_image.it", at, value)
}

func text(value string) knownvalue.Check { return knownvalue.StringExact(value) }

func TestTagOfAnIndexIsTheIndex(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	index, of := r.PushIndex(t, "acme/web", "v1", "linux/amd64", "linux/arm64/v8")
	repository := r.Host + "/acme/web"
	manifest := func(i int, platform string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"platform": text(platform), "digest": text(of[i]), "fully_qualified_digest": text(repository + "@" + of[i]),
			"media_type": text(registry.Manifest),
		})
	}
	acctest.NewEmulated(t, emulator.Options{}).Run(
		t,
		resource.TestStep{
			Config: reads(repository+":v1", ""),
			ConfigStateChecks: []statecheck.StateCheck{
				expect("id", text(repository+"@"+index)), expect("digest", text(index)),
				expect("fully_qualified_digest", text(repository+"@"+index)),
				expect("media_type", text(registry.Index)), expect("platform_manifest", knownvalue.Null()),
				expect("manifests", knownvalue.ListExact([]knownvalue.Check{manifest(0, "linux/amd64"), manifest(1, "linux/arm64/v8")})),
			},
		},
		resource.TestStep{
			Config: reads(repository+":v1", `platform = "linux/arm64"`),
			ConfigStateChecks: []statecheck.StateCheck{
				expect("digest", text(index)), expect("platform_manifest", manifest(1, "linux/arm64/v8")),
			},
		},
		resource.TestStep{
			Config: reads(repository+"@"+of[0], `platform = "linux/amd64"`),
			ConfigStateChecks: []statecheck.StateCheck{
				expect("digest", text(of[0])), expect("manifests", knownvalue.ListExact(nil)),
				expect("platform_manifest", manifest(0, "linux/amd64")),
			},
		},
	)
}

func TestThePlatformHasToBeThere(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	r.PushIndex(t, "acme/web", "v1", "linux/amd64", "linux/arm/v6", "linux/arm/v7", "windows/amd64:10.0.1", "windows/amd64:10.0.2")
	r.Push(t, "acme/web", "single", "linux/amd64")
	r.PushManifest(t, "acme/web", "chart", registry.Manifest,
		[]byte(`{"schemaVersion":2,"config":{"digest":"`+r.Blob(t, "acme/web", []byte(`[]`))+`"}}`))
	image := r.Host + "/acme/web:"
	failing := func(image, platform, message string) resource.TestStep {
		return resource.TestStep{Config: reads(image, fmt.Sprintf("platform = %q", platform)), ExpectError: regexp.MustCompile(message)}
	}
	acctest.NewEmulated(t, emulator.Options{}).Run(
		t,
		failing(image+"v1", "linux/s390x", `no\s+manifest\s+for\s+linux/s390x;\s+it\s+has\s+linux/amd64,\s+linux/arm/v6,`),
		failing(image+"v1", "linux/arm", `several\s+manifests\s+for\s+linux/arm:\s+choose\s+one\s+of\s+linux/arm/v6,\s+linux/arm/v7`),
		failing(image+"v1", "windows/amd64", `choose\s+one\s+of\s+windows/amd64:10.0.1,\s+windows/amd64:10.0.2`),
		failing(image+"single", "linux/arm64", `no\s+manifest\s+for\s+linux/arm64;\s+it\s+has\s+linux/amd64`),
		failing(image+"chart", "linux/arm64", `it\s+has\s+one\s+without\s+a\s+platform`),
		failing(image+"v1", "linux", `must\s+be\s+os/architecture`),
		failing(image+"v1", "linux/amd64,linux/arm64", `must\s+be\s+os/architecture`),
		resource.TestStep{
			Config:            reads(image+"v1", `platform = "windows/amd64:10.0.2"`),
			ConfigStateChecks: []statecheck.StateCheck{expect("platform_manifest.platform", text("windows/amd64:10.0.2"))},
		},
		resource.TestStep{
			Config:            reads(image+"v1", `platform = "linux/arm/v6"`),
			ConfigStateChecks: []statecheck.StateCheck{expect("platform_manifest.platform", text("linux/arm/v6"))},
		},
	)
}

func TestWhatIsNoImageIsRefused(t *testing.T) {
	t.Parallel()
	r := registry.Start(t)
	failing := func(image, message string) resource.TestStep {
		return resource.TestStep{Config: reads(image, ""), ExpectError: regexp.MustCompile(message)}
	}
	acctest.NewEmulated(t, emulator.Options{}).Run(
		t,
		failing("https://"+r.Host+"/web:v1", `has\s+no\s+https://`),
		failing(r.Host+"/web@sha256:abc", `64\s+lower-case\s+hexadecimal`),
		failing(r.Host+"/Web", `is\s+not\s+a\s+path`),
		failing(r.Host+"/web:v1", `not\s+found\s+\(GetManifest\)(.|\n)*pushes\s+the\s+image`),
	)
}

func TestTheEmulatorSeesNothingOfARegistry(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var agents []string
	r := registry.Start(t, func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if req.Header.Get("Authorization") != "" {
				t.Errorf("%s came with credentials", req.URL)
			}
			mu.Lock()
			defer mu.Unlock()
			agents = append(agents, req.UserAgent())
			inner.ServeHTTP(w, req)
		})
	})
	r.Push(t, "acme/web", "v1", "linux/amd64")
	g := acctest.NewEmulated(t, emulator.Options{})
	g.Run(t, resource.TestStep{Config: reads(r.Host+"/acme/web:v1", "")})
	if g.AllCalls() != 0 {
		t.Errorf("%d calls to the emulator", g.AllCalls())
	}
	if len(agents) == 0 || !strings.Contains(agents[len(agents)-1], "terraform-provider-binauthz/test") {
		t.Errorf("user agents: %q", agents)
	}
}
