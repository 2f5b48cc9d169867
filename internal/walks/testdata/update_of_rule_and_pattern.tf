variable "text" {
  type    = string
  default = "one"
}
resource "binauthz_policy_allowlist_pattern" "it" {
  pattern = "us-docker.pkg.dev/demo/app/*"
}
resource "binauthz_policy_rule" "it" {
  scope            = { cluster = "us-central1.prod" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = var.text == "one" ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
  must_admit       = ["us-docker.pkg.dev/demo/app/web:v1"]
  needs            = [binauthz_policy_allowlist_pattern.it.id]
}
