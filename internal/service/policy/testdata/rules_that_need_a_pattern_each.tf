resource "binauthz_policy_rule" "it" {
  count            = local.pairs
  scope            = { cluster = "us-central1.c${count.index}" }
  evaluation_mode  = "ALWAYS_DENY"
  enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  must_admit       = ["gcr.io/acme/${count.index}:1"]
  needs            = [binauthz_policy_allowlist_pattern.it[count.index].id]
}
resource "binauthz_policy_allowlist_pattern" "it" {
  count   = local.pairs
  pattern = "gcr.io/acme/${count.index}:*"
}
