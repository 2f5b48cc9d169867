resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
}
resource "binauthz_attestor" "it" {
  name = "built"
  note = binauthz_note.it.id
}
resource "binauthz_attestation" "web" {
  attestor        = local.attestor
  image           = local.image
  kms_key_version = local.signer
  lifecycle {
    create_before_destroy = true
  }
}
