resource "binauthz_policy" "this" {
  admission_whitelist_patterns = ["us-docker.pkg.dev/demo/base/**"]

  default_admission_rule = {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = "DRYRUN_AUDIT_LOG_ONLY"
    require_attestations_by = [binauthz_attestor.built.id]
  }

  cluster_admission_rules = {
    "us-central1.prod" = {
      evaluation_mode         = "REQUIRE_ATTESTATION"
      enforcement_mode        = "ENFORCED_BLOCK_AND_AUDIT_LOG"
      require_attestations_by = [binauthz_attestor.built.id]
    }
  }
}

# The local value makes this evaluate the planned policy: a failing case fails the plan.
locals {
  policy = binauthz_policy.this
}

data "binauthz_admission_cases" "planned" {
  policy = local.policy
  cases  = yamldecode(file("${path.module}/cases.yaml"))
}

# This evaluates the current policy with the existing attestations. A failing case is a warning.
data "binauthz_admission_cases" "now" {
  fail = false
  cases = [
    { name = "base image", image = "us-docker.pkg.dev/demo/base/nginx:1.27", cluster = "us-central1.prod", expect = "ADMIT" },
  ]
}

check "policy_in_force" {
  assert {
    condition     = data.binauthz_admission_cases.now.passed
    error_message = join("\n", [for r in data.binauthz_admission_cases.now.results : r.reason if !r.passed])
  }
}

resource "binauthz_note" "built" {
  name                = "built"
  human_readable_name = "Built by our pipeline"
}

resource "binauthz_attestor" "built" {
  name        = "built"
  note        = binauthz_note.built.id
  public_keys = [{ kms_key_version = "projects/demo/locations/global/keyRings/binauthz/cryptoKeys/ci/cryptoKeyVersions/1" }]
}
