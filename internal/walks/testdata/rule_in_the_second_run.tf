variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_policy_allowlist_pattern" "it" {
  pattern = "us-docker.pkg.dev/demo/app/*"
}
resource "binauthz_policy_rule" "it" {
  count            = var.text == "two" ? 1 : 0
  scope            = { cluster = "us-central1.prod" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  must_admit       = ["us-docker.pkg.dev/demo/app/web:v1"]
}
