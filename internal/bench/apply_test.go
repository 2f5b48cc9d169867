package bench_test

import (
	"strings"
	"testing"
	"time"

	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

// parts are notes, attestors, rules that require them, and patterns: everything that a first apply makes.
const parts = `
resource "binauthz_note" "it" {
  count               = 30
  name                = "n${count.index}"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  count       = 30
  name        = "a${count.index}"
  note        = binauthz_note.it[count.index].id
  public_keys = [{ kms_key_version = "projects/demo/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1" }]
}
resource "binauthz_policy_allowlist_pattern" "it" {
  count   = 10
  pattern = "gcr.io/demo/p${count.index}/*"
}
resource "binauthz_policy_rule" "it" {
  count                   = 30
  scope                   = { cluster = "us-central1.c${count.index}" }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  require_attestations_by = [binauthz_attestor.it[count.index].id]
}
resource "binauthz_policy_rule" "default" {
  scope            = { default = true }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "DRYRUN_AUDIT_LOG_ONLY"
}
`

// BenchmarkApplyOfParts makes 30 notes, 30 attestors, 31 rules and 10 patterns in one apply. It counts the reads of attestors, of which
// each attestor's own create makes one, and the reads and writes of the policy.
func BenchmarkApplyOfParts(b *testing.B) {
	var took []time.Duration
	figures := map[string][]float64{}
	for b.Loop() {
		server, env := emulated(b, 0, emulator.Options{KMSKeys: []string{"projects/demo/locations/global/keyRings/r/cryptoKeys/k"}})
		w, p := newWorkspace(b, header+"provider \"binauthz\" {\n  project = \"demo\"\n}\n"+parts, env...), ours(b)
		before := server.Calls()
		took = append(took, w.run(b, p, "apply", "-auto-approve").wall)
		after := server.Calls()
		for _, method := range []string{"GetAttestor", "ListAttestors", "GetPolicy", "UpdatePolicy"} {
			n := 0
			for name := range after {
				if strings.HasSuffix(name, "/"+method) {
					n += after[name] - before[name]
				}
			}
			figures[method] = append(figures[method], float64(n))
		}
	}
	all := map[string]float64{"ms/apply": milliseconds(median(took))}
	for method, counts := range figures {
		all[method+"/apply"] = median(counts)
	}
	report(b, all)
}
