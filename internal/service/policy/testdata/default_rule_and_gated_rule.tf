resource "binauthz_policy_rule" "default" {
  scope                   = { default = true }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
  require_attestations_by = ["built"]
}
resource "binauthz_policy_rule" "prod" {
  scope                   = { cluster = "us-central1.prod" }
  evaluation_mode         = "REQUIRE_ATTESTATION"
  enforcement_mode        = local.enforcement_mode
  require_attestations_by = ["built"]
  needs                   = [binauthz_policy_rule.default.id]
  enforcement_gate        = local.pod_creations == 0 ? null : { min_pod_creations = local.pod_creations }
}
