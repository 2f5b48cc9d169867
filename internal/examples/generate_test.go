package examples_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/binauthz/terraform-provider-binauthz/internal/acctest"
	"github.com/binauthz/terraform-provider-binauthz/internal/emulator"
)

const (
	heldKey  = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1"
	anImage  = "us-docker.pkg.dev/example/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	ciNote   = "resource \"binauthz_note\" \"ci\" {\n  name = \"ci\"\n  human_readable_name = \"CI\"\n}\n"
	ciByKeys = ciNote + "resource \"binauthz_attestor\" \"ci\" {\n  name = \"ci\"\n  note = binauthz_note.ci.id\n  %s\n}\n"
)

// generated are configurations of objects of every kind with every kind of value. Each has the
// address of the object to import.
func generated(t *testing.T) map[string]struct{ makes, address string } {
	t.Helper()
	key := func(file string) string {
		path, err := filepath.Abs(filepath.Join(root, "internal/attest/testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("file(%q)", path)
	}
	attestor := func(attributes string) string { return fmt.Sprintf(ciByKeys, attributes) }
	held := attestor(fmt.Sprintf("public_keys = [{ kms_key_version = %q }]", heldKey))
	pgp := "public_keys = [{ pgp = { ascii_armored_public_key = " + key("pgp_rsa.asc") + " } }]"
	policy := func(rules string) string {
		return held + "resource \"binauthz_policy\" \"it\" {\n  default_admission_rule = { evaluation_mode = \"ALWAYS_ALLOW\", " +
			"enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\" }\n" + rules + "\n}\n"
	}
	rule := func(attributes string) string {
		return held + `resource "binauthz_policy_rule" "it" {
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = [binauthz_attestor.ci.id]
  scope                   = { ` + attributes + ` }
}
`
	}
	cluster := func(mode string) string {
		return "resource \"binauthz_cluster_settings\" \"it\" {\n  cluster = \"projects/demo/locations/us-central1/clusters/prod\"\n  " +
			"evaluation_mode = \"" + mode + "\"\n}\n"
	}
	attestation := func(attributes string) string {
		return fmt.Sprintf("resource \"binauthz_attestation\" \"it\" {\n  attestor = binauthz_attestor.ci.id\n  image = %q\n  %s\n}\n",
			anImage, attributes)
	}
	signedBy := func(file, signature string) string {
		return attestation("public_key_id = provider::binauthz::public_key_id(" + key(file) + ")\n  signature = " + signature)
	}
	all := map[string]struct{ makes, address string }{
		"the least note": {ciNote, "binauthz_note.ci"},
		"a whole note": {`resource "binauthz_note" "it" {
  name                = "whole"
  human_readable_name = "Whole \"$${note}\""
  short_description   = "two\nlines"
  long_description    = "  indented\n\ttext é"
  expiration_time     = "2040-01-02T04:04:05+01:00"
  related_url         = [{ url = "https://example.com/a", label = "A" }, { url = "https://example.com/b" }]
  related_note_names  = ["projects/demo/notes/other"]
}
`, "binauthz_note.it"},
		"the least attestor": {attestor(""), "binauthz_attestor.ci"},
		"a description":      {attestor(`description = "CI"`), "binauthz_attestor.ci"},
		"a Cloud KMS key":    {held, "binauthz_attestor.ci"},
		"a PGP key":          {attestor(pgp), "binauthz_attestor.ci"},
		"several PGP keys in one": {
			attestor("public_keys = [{ pgp = { ascii_armored_public_key = " + key("pgp_two.asc") + " } }]"), "binauthz_attestor.ci",
		},
		"keys of all kinds": {attestor(`public_keys = [
    { kms_key_version = "` + heldKey + `", comment = "CI" },
    { pgp = { ascii_armored_public_key = ` + key("pgp_curve.asc") + ` } },
    { pkix = { public_key_pem = ` + key("p256.pem") + `, signature_algorithm = "EC_SIGN_P256_SHA256" } },
    {
      id   = "prod-key"
      pkix = { public_key_pem = ` + key("rsa4096.pem") + `, signature_algorithm = "RSA_SIGN_PKCS1_4096_SHA512" }
    },
  ]`), "binauthz_attestor.ci"},
		"a Cloud KMS key under another id": {
			attestor(fmt.Sprintf("public_keys = [{ id = \"https://example.com/1\", kms_key_version = %q }]", heldKey)),
			"binauthz_attestor.ci",
		},
		"an attestation by Cloud KMS": {held + attestation(fmt.Sprintf("kms_key_version = %q", heldKey)), "binauthz_attestation.it"},
		"an attestation by PGP": {
			attestor(pgp) + signedBy("pgp_rsa.asc", "base64encode("+key("pgp_rsa.msg.asc")+")"), "binauthz_attestation.it",
		},
		"an attestation by PKIX": {
			attestor("public_keys = [{ pkix = { public_key_pem = "+key("p256.pem")+", signature_algorithm = \"ECDSA_P256_SHA256\" } }]") +
				signedBy("p256.pem", strings.Replace(key("ECDSA_P256_SHA256.sig"), "file(", "filebase64(", 1)),
			"binauthz_attestation.it",
		},
		"the least policy": {policy(""), "binauthz_policy.it"},
		"a policy with everything": {policy(`  description = "Whole"
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns = ["us-docker.pkg.dev/demo/base/**", "gcr.io/demo/app:*"]
  cluster_admission_rules = {
    "us-central1.prod" = {
      evaluation_mode         = "REQUIRE_ATTESTATION"
      enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
      require_attestations_by = [binauthz_attestor.ci.id]
    }
    "us-central1.dev" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }
  }`), "binauthz_policy.it"},
		"a policy with rules of identities": {
			policy(`  istio_service_identity_admission_rules = { "cluster.local/ns/a/sa/b" = { evaluation_mode = "ALWAYS_ALLOW", ` +
				`enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" } }`),
			"binauthz_policy.it",
		},
		"the rule of a cluster":         {rule(`cluster = "us-central1.prod"`), "binauthz_policy_rule.it"},
		"the rule of a namespace":       {rule(`kubernetes_namespace = "payments"`), "binauthz_policy_rule.it"},
		"the rule of a service account": {rule(`kubernetes_service_account = "payments:default"`), "binauthz_policy_rule.it"},
		"the rule of an identity": {
			rule(`istio_service_identity = "spiffe://cluster.local/ns/a/sa/b"`), "binauthz_policy_rule.it",
		},
		"the default rule": {rule(`default = true`), "binauthz_policy_rule.it"},
		"a pattern": {
			"resource \"binauthz_policy_allowlist_pattern\" \"it\" {\n  pattern = \"us-docker.pkg.dev/demo/base/**\"\n}\n",
			"binauthz_policy_allowlist_pattern.it",
		},
		"a cluster that enforces": {cluster("PROJECT_SINGLETON_POLICY_ENFORCE"), "binauthz_cluster_settings.it"},
		"a cluster that does not": {cluster("DISABLED"), "binauthz_cluster_settings.it"},
		"a cluster with bindings": {strings.Replace(cluster("POLICY_BINDINGS"), "\n}", "\n  policy_bindings = "+
			"[\"projects/demo/platforms/gke/policies/x\"]\n}", 1), "binauthz_cluster_settings.it"},
		"a platform policy": {
			`resource "binauthz_platform_policy" "it" {
  name = "fleet"
  gke_policy = {
    image_allowlist = ["gcr.io/p/*"]
    check_sets = [{ display_name = "all", checks = [{ image_freshness_check = { max_upload_age_days = 30 } }] }]
  }
}
`,
			"binauthz_platform_policy.it",
		},
		"a binding of a cluster": {`resource "binauthz_cluster_policy_binding" "it" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = "projects/demo/platforms/gke/policies/x"
}
`, "binauthz_cluster_policy_binding.it"},
	}
	single := func(attributes string) string {
		return attestor("") + "resource \"binauthz_attestor_key\" \"it\" {\n  attestor = binauthz_attestor.ci.id\n  " + attributes + "\n}\n"
	}
	for name, attributes := range map[string]string{
		"a Cloud KMS key by itself": fmt.Sprintf("kms_key_version = %q", heldKey),
		"a Cloud KMS key by itself under another id": fmt.Sprintf("key_id = \"https://example.com/1\"\n  comment = \"CI\"\n  "+
			"kms_key_version = %q", heldKey),
		"a PKIX key by itself": "pkix = { public_key_pem = " + key("p256.pem") +
			", signature_algorithm = \"EC_SIGN_P256_SHA256\" }",
		"a PGP key by itself":                   "pgp = { ascii_armored_public_key = " + key("pgp_rsa.asc") + " }",
		"several PGP keys in one by themselves": "pgp = { ascii_armored_public_key = " + key("pgp_two.asc") + " }",
	} {
		all[name] = struct{ makes, address string }{single(attributes), "binauthz_attestor_key.it"}
	}
	maps.Copy(all, generatedIAM(attestor("")))
	return all
}

// generatedIAM are configurations of allow policies for the objects of an attestor configuration.
func generatedIAM(attestor string) map[string]struct{ makes, address string } {
	all := map[string]struct{ makes, address string }{}
	const role, condition = "  role = \"roles/binaryauthorization.attestorsVerifier\"\n",
		"  condition = { title = \"For now\", description = \"a \\\"b\\\"\", expression = \"request.time < " +
			"timestamp('2030-01-01T00:00:00Z') && true\" }\n"
	const data = `  policy_data = jsonencode({ bindings = [{ role = "roles/binaryauthorization.attestorsVerifier", members = ` +
		`["group:b@example.com", "user:A@example.com"] }] })` + "\n"
	for object, reference := range map[string]string{
		"attestor": "  attestor = binauthz_attestor.ci.id\n",
		"note":     "  note = binauthz_note.ci.id\n", "policy": "",
	} {
		for kind, body := range map[string]string{
			"member":             role + "  member = \"user:jane@example.com\"\n",
			"member if":          role + "  member = \"user:jane@example.com\"\n" + condition,
			"binding":            role + "  members = [\"user:jane@example.com\", \"group:deployers@example.com\"]\n",
			"binding if":         role + "  members = [\"user:jane@example.com\"]\n" + condition,
			"policy":             data,
			"policy without any": "  policy_data = jsonencode({})\n",
		} {
			if object == "note" && strings.HasSuffix(kind, " if") {
				continue // a note's policy has no conditions
			}
			noun, _, _ := strings.Cut(kind, " ")
			address := fmt.Sprintf("binauthz_%s_iam_%s", object, noun)
			all["IAM of "+object+": "+kind] = struct{ makes, address string }{
				attestor + fmt.Sprintf("resource %q \"it\" {\n%s%s}\n", address, reference, body), address + ".it",
			}
		}
	}
	return all
}

// TestGeneratedConfigurationPlansClean: for an import block, Terraform generates a valid
// configuration, and its plan has no changes.
func TestGeneratedConfigurationPlansClean(t *testing.T) {
	t.Parallel()
	acctest.NeedsGenerator(t)
	const clean = "1 to import, 0 to add, 0 to change, 0 to destroy"
	seen := map[string]bool{}
	for name, c := range generated(t) {
		kind, _, _ := strings.Cut(c.address, ".")
		seen[kind] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := acctest.NewEmulated(t, emulator.Options{})
			const provider = "provider \"binauthz\" {\n  project = \"demo\"\n}\n"
			maker := g.CLI(t, provider+c.makes+"output \"id\" {\n  value = "+c.address+".id\n}\n")
			maker.Succeeds(t, "apply", "-auto-approve")
			id := strings.TrimSpace(maker.Succeeds(t, "output", "-raw", "id"))
			block := provider + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", c.address, id)
			cli, file := g.CLI(t, block), filepath.Join(t.TempDir(), "generated.tf")
			acctest.Says(t, cli.Succeeds(t, "plan", "-generate-config-out="+file), clean)
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cli.Write(t, block+string(raw))
			acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "plan"), clean)
			acctest.Says(t, g.Fresh(t, cli).Succeeds(t, "apply", "-auto-approve"), "1 imported, 0 added, 0 changed, 0 destroyed")
			g.Fresh(t, cli).Succeeds(t, "plan", "-detailed-exitcode")
			if t.Failed() {
				t.Logf("%s", raw)
			}
		})
	}
	for _, kind := range kinds(served(t))["resources"] {
		if !seen[kind] {
			t.Errorf("nothing of %s is generated", kind)
		}
	}
}
