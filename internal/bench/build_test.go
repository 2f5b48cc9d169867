package bench_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// builds are the measured programs by the directory of their main package in this repository.
var builds = map[string]string{}

// built builds a provider with the flags of a release, once per run, and returns its path.
func built(b *testing.B, pkg string) string {
	b.Helper()
	if path := builds[pkg]; path != "" {
		return path
	}
	dir, err := os.MkdirTemp("", "bench") //nolint:usetesting // every benchmark of the run uses it
	if err != nil {
		b.Fatal(err)
	}
	leftovers = append(leftovers, dir)
	path := filepath.Join(dir, "terraform-provider-binauthz")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=bench", "-o", path, pkg)
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: %s: %s", err, out)
	}
	builds[pkg] = path
	return path
}

// BenchmarkBinary measures the size of the release build, its packages, and those of Envoy in it.
func BenchmarkBinary(b *testing.B) {
	info, err := os.Stat(built(b, "."))
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-deps", ".")
	cmd.Dir = "../.."
	deps, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() { // nothing to repeat
	}
	report(b, map[string]float64{
		"MB": float64(info.Size()) / 1e6, "packages": float64(strings.Count(string(deps), "\n")),
		"envoy-packages": float64(strings.Count(string(deps), "envoy")),
	})
}
