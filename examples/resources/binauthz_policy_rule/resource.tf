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

# One cluster enforces.
resource "binauthz_policy_rule" "prod" {
  scope = {
    cluster = "us-central1.prod"
  }

  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  require_attestations_by = [binauthz_attestor.built.id]

  # The plan fails with the reason if the cluster would refuse this image.
  must_admit = ["gke.gcr.io/calico/node:v3.28"]
}

# All other clusters only log violations.
resource "binauthz_policy_rule" "others" {
  scope = {
    default = true
  }

  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = [binauthz_attestor.built.id]
}
