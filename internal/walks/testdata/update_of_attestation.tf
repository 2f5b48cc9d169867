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
resource "binauthz_attestation" "it" {
  attestor        = binauthz_attestor.it.id
  image           = local.image
  kms_key_version = local.kms_key_version
}
