package bench_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// program is a provider that is started by Terraform.
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

// echo is this provider with answers that are what came: see echo/main.go.
func echo(b *testing.B) program {
	b.Helper()
	return program{built(b, "./internal/bench/echo"), ourSource}
}

const header = "terraform {\n  required_providers {\n    binauthz = { source = \"" + ourSource + "\" }\n  }\n}\n"

// attestors is a configuration of n attestors with one key each, 200 to a project, which is all that a project can have.
func attestors(n int) string {
	return header + fmt.Sprintf(`
locals {
  key = %q
}
resource "binauthz_attestor" "it" {
  count       = %d
  project     = "project-${floor(count.index / 200)}"
  name        = "attestor-${count.index}"
  note        = "projects/project-0/notes/note"
  description = "Number ${count.index}"
  public_keys = [{ pkix = { public_key_pem = local.key, signature_algorithm = "ECDSA_P256_SHA256" } }]
}
`, key, n)
}

const key = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIRHtlLIhZE0Bc8FZMFhDIIIxSYeu
ejqEi8EFTwsZyLJwguTndBTj2egs0tzEnLuRPC93TZXqldKeBrPJHym8rQ==
-----END PUBLIC KEY-----
`

// rules are rules of one policy, each a resource of its own.
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

// clusterName is a cluster in a project that has 100.
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

// emulated starts an emulator with n clusters and returns it with the environment that leads the provider there.
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

// kinds are the configurations that are planned, by their names.
var kinds = map[string]func(n int) string{
	"attestors": attestors,
	"rules":     rules,
	"clusters":  func(n int) string { return clusters(n, "PROJECT_SINGLETON_POLICY_ENFORCE") },
}

var sizes = strings.Fields("1 10 100 1000 3000")
