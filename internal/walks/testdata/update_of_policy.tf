variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name        = "built"
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.kms_key_version }]
}
resource "binauthz_policy" "it" {
  description            = var.text
  default_admission_rule = { evaluation_mode = "REQUIRE_ATTESTATION", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG", require_attestations_by = [binauthz_attestor.it.id] }
  must_admit             = [binauthz_attestation.it.image]
}
resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = local.image
  kms_key_version = local.kms_key_version
}
