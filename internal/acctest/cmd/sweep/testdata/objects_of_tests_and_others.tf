provider "binauthz" {
  project = "demo"
}

locals {
  names = ["binauthz-test-a-12", "production", "a-binauthz-test-12", "binauthz-test-manual"]
}
resource "binauthz_note" "x" {
  count               = 4
  name                = local.names[count.index]
  human_readable_name = "X"
}
resource "binauthz_attestor" "x" {
  count       = 4
  name        = local.names[count.index]
  note        = binauthz_note.x[count.index].id
  public_keys = [{ kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" }]
}
resource "binauthz_attestation" "x" {
  count           = 2
  attestor        = binauthz_attestor.x[count.index].id
  image           = "gcr.io/p/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0${count.index}"
  kms_key_version = binauthz_attestor.x[count.index].public_keys[0].kms_key_version
}
resource "binauthz_platform_policy" "x" {
  count      = 4
  name       = local.names[count.index]
  gke_policy = { check_sets = [{ checks = [{ always_deny = true }] }] }
}
resource "binauthz_policy" "x" {
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
    require_attestations_by = [binauthz_attestor.x[0].id, binauthz_attestor.x[1].id]
  }
}
