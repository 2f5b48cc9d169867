resource "binauthz_policy" "policy" {
  description                   = "What may run"
  global_policy_evaluation_mode = "ENABLE"
  admission_whitelist_patterns  = ["us-docker.pkg.dev/demo/base/**"]
  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
    require_attestations_by = [binauthz_attestor.built.id]
  }
  cluster_admission_rules = {
    "us-central1.sandbox" = { evaluation_mode = "ALWAYS_ALLOW", enforcement_mode = "ENFORCED_BLOCK_AND_AUDIT_LOG" }
    "us-central1.prod" = {
      evaluation_mode         = "REQUIRE_ATTESTATION"
      enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
      require_attestations_by = ["built"]
    }
  }
}
