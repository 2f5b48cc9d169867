variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_policy_rule" "it" {
  scope            = { default = true }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = var.text == "one" ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
}
