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
  description = var.text
  note        = binauthz_note.it.id
  public_keys = [{ kms_key_version = local.kms_key_version }]
}
