provider "binauthz" {
  project = "demo"
}
resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}
resource "binauthz_attestor" "built" {
  name        = "built-by-ci"
  note        = binauthz_note.built.id
  public_keys = [{ kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" }]
}
resource "binauthz_policy" "project" {
  global_policy_evaluation_mode = "ENABLE"
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }
}
