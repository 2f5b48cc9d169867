variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_note" "it" {
  name                = "built"
  human_readable_name = "Built"
  long_description    = var.text
}
