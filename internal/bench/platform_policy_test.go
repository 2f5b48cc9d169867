package bench_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/artifactregistry"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator/containeranalysis"
)

// checkSets is the number of check sets in the policy, checks the number of checks in each.
const checkSets, checks, conforming = 50, 10, 3

// BenchmarkPlatformPolicy plans a large unchanged platform policy with must_conform images.
// "without" is the same policy without them.
func BenchmarkPlatformPolicy(b *testing.B) {
	for _, latency := range latencies {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			server, env := emulated(b, 0, emulator.Options{Latency: latency})
			for i := range conforming {
				putImage(b, server, imageNumber(i))
			}
			put := func(name, must string) *contender {
				w := newWorkspace(b, platformPolicy(name, must), env...)
				w.run(b, ours(b), "apply", "-auto-approve")
				return &contender{program: ours(b), server: server, dir: w}
			}
			all := map[string]*contender{"": put("with", mustConform()), "without": put("without", "")}
			for name, p := range map[string]program{"floor": floor(b), "echo": echo(b)} {
				all[name] = &contender{program: p, server: server, dir: all[""].dir}
			}
			order := []string{"", "without", "floor", "echo"}
			takeTurns(b, all, order, func(c *contender) { c.plan(b) })
			figures := map[string]float64{}
			for _, name := range order {
				all[name].figures(b, name, 1, figures)
				if name != "" {
					ratios(name, all[""].took, all[name].took, figures)
				}
			}
			ratios("floor-without", all["without"].took, all["floor"].took, figures)
			report(b, figures)
		})
	}
}

func imageNumber(i int) string {
	return fmt.Sprintf("us-docker.pkg.dev/project-0/prod/web-%d@sha256:%064x", i, i)
}

// putImage adds an image uploaded now, with a hundred allowed vulnerabilities in its scan.
func putImage(b *testing.B, server *emulator.Server, image string) {
	b.Helper()
	scan := containeranalysis.Scan{}
	for i := range 100 {
		scan.Findings = append(scan.Findings, containeranalysis.Finding{
			CVE:          fmt.Sprintf("CVE-2026-%04d", i+1),
			Severity:     "LOW",
			Package:      "zlib",
			FixAvailable: true,
		})
	}
	if err := server.Analysis().Scan("project-0", image, scan); err != nil {
		b.Fatal(err)
	}
	if err := server.Artifacts().Put(artifactregistry.Image{URI: image, UploadTime: time.Now()}); err != nil {
		b.Fatal(err)
	}
}

func mustConform() string {
	var s strings.Builder
	s.WriteString("  must_conform = [\n")
	for i := range conforming {
		fmt.Fprintf(&s, "    { image = %q, namespace = \"namespace-%d\" },\n", imageNumber(i), i)
	}
	s.WriteString("  ]\n")
	return s.String()
}

// platformPolicy has equal numbers of vulnerability checks and age checks, and a directory check.
func platformPolicy(name, must string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "%sresource \"binauthz_platform_policy\" \"it\" {\n  name = %q\n%s  gke_policy = {\n    check_sets = [\n",
		header, name, must)
	for i := range checkSets {
		s.WriteString("      {\n")
		if i < checkSets-1 {
			fmt.Fprintf(&s, "        scope = { kubernetes_namespace = \"namespace-%d\" }\n", i)
		}
		s.WriteString("        checks = [\n          { trusted_directory_check = { trusted_dir_patterns = " +
			"[\"us-docker.pkg.dev/project-0/prod\"] } },\n")
		for j := 1; j < checks; j++ {
			text := "image_freshness_check = { max_upload_age_days = 30 }"
			if j%2 == 0 {
				text = "vulnerability_check = { maximum_fixable_severity = \"MEDIUM\", maximum_unfixable_severity = \"HIGH\", " +
					"container_analysis_vulnerability_projects = [\"projects/project-0\"] }"
			}
			fmt.Fprintf(&s, "          { display_name = \"Check %d\", %s },\n", j, text)
		}
		s.WriteString("        ]\n      },\n")
	}
	s.WriteString("    ]\n  }\n}\n")
	return s.String()
}
