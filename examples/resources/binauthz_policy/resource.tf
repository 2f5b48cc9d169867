resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
  public_keys = [
    { kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" },
  ]
}

resource "binauthz_policy" "project" {
  description = "Images built by CI; the sandbox cluster is exempt."

  # Google's own policy admits Google's own images.
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]

  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }

  cluster_admission_rules = {
    "us-central1.sandbox" = {
      evaluation_mode  = "ALWAYS_ALLOW"
      enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    }
  }

  # The plan fails with the reason if the policy would refuse one of these.
  must_admit = [
    "gke.gcr.io/calico/node:v3.28",
    "us-docker.pkg.dev/demo/base/nginx:1.27",
  ]

  # A destroy restores the previous policy. This is the default.
  deletion_policy = "RESTORE"
}
