resource "binauthz_note" "it" {
  name                = local.name
  human_readable_name = "Built"
}

resource "binauthz_attestor" "it" {
  name        = local.name
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.kms_key_version }]
}
