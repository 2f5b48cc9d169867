package bench_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// program is a provider executable.
type program struct {
	path, source string
}

const ourSource = "binauthz/binauthz"

func ours(b *testing.B) program {
	b.Helper()
	return program{built(b, "."), ourSource}
}

// floor is this provider without any call: see floor/main.go.
func floor(b *testing.B) program {
	b.Helper()
	return program{built(b, "./internal/bench/floor"), ourSource}
}

// echo is this provider with the received bytes as answers: see echo/main.go.
func echo(b *testing.B) program {
	b.Helper()
	return program{built(b, "./internal/bench/echo"), ourSource}
}

const header = "terraform {\n  required_providers {\n    binauthz = { source = \"" + ourSource + "\" }\n  }\n}\n"

// attestors is a configuration of n attestors with one key each, 200 per project, the maximum.
func attestors(b *testing.B, n int) string {
	b.Helper()
	return header + acctest.HCL(b, "testdata/attestors.tf", map[string]any{"attestors": n, "key": key})
}

const key = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

// rules are rules of one policy, each as a separate resource.
func rules(n int) string {
	return header + fmt.Sprintf(`
resource "binauthz_policy_rule" "it" {
  count            = %d
  scope            = { kubernetes_namespace = "namespace-${count.index}" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
`, n)
}

// clusterName is a cluster in a project with 100 clusters.
func clusterName(i int) string {
	return fmt.Sprintf("projects/project-%d/locations/us-central1/clusters/cluster-%d", i/100, i)
}

func clusters(n int, mode string) string {
	return header + fmt.Sprintf(`
resource "binauthz_cluster_settings" "it" {
  count           = %d
  cluster         = "projects/project-${floor(count.index / 100)}/locations/us-central1/clusters/cluster-${count.index}"
  evaluation_mode = %q
}
`, n, mode)
}

// emulated starts an emulator with n clusters and returns it with the provider's environment.
func emulated(b *testing.B, n int, options emulator.Options) (*emulator.Server, []string) {
	b.Helper()
	for i := range n {
		options.Clusters = append(options.Clusters, clusterName(i))
	}
	server, err := emulator.Start(options)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Close() })
	return server, []string{"BINAUTHZ_EMULATOR_HOST=" + server.Addr(), "GOOGLE_PROJECT=project-0"}
}

// kinds are the planned configurations by name.
var kinds = map[string]func(b *testing.B, n int) string{
	"attestors": attestors,
	"rules":     func(_ *testing.B, n int) string { return rules(n) },
	"clusters":  func(_ *testing.B, n int) string { return clusters(n, "PROJECT_SINGLETON_POLICY_ENFORCE") },
}

var sizes = strings.Fields("1 10 100 1000 3000")
