resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name        = "built"
  note        = binauthz_note.it.id
  public_keys = [for version in local.kms_key_versions : { kms_key_version = version }]
}
resource "binauthz_attestation" "web" {
  attestor        = binauthz_attestor.it.id
  image           = local.image
  kms_key_version = local.signer
  lifecycle {
    create_before_destroy = true
  }
}
