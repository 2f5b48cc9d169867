resource "binauthz_note" "it" {
  name                = "note"
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  name        = "ci"
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.signer }]
}
resource "binauthz_attestation" "it" {
  count           = local.attestations
  attestor        = binauthz_attestor.it.id
  image           = local.image
  kms_key_version = local.signer
}
