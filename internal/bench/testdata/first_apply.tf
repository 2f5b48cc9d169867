provider "binauthz" {
  project = "demo"
}

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
