resource "binauthz_note" "it" {
  name                = local.note
  human_readable_name = "Test"
}
resource "binauthz_attestor" "it" {
  for_each    = local.kms_key_versions
  name        = each.key
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = each.value }]
}
resource "binauthz_attestation" "it" {
  for_each        = local.kms_key_versions
  attestor        = binauthz_attestor.it[each.key].id
  image           = local.image
  kms_key_version = each.value
}
