resource "binauthz_platform_policy" "production" {
  name = "production"

  gke_policy = {
    image_allowlist = ["us-docker.pkg.dev/demo/base/**"]
    check_sets = [{
      checks = [{
        display_name            = "Our directory"
        trusted_directory_check = { trusted_dir_patterns = ["us-docker.pkg.dev/demo/app"] }
      }]
    }]
  }
}

# Every image of every workload must conform. Otherwise the plan or apply fails with the reasons.
data "binauthz_platform_policy_evaluation" "shop" {
  policy   = binauthz_platform_policy.production.id
  manifest = file("${path.module}/shop.yaml")

  lifecycle {
    postcondition {
      condition     = self.verdict == "CONFORMANT"
      error_message = self.explanation
    }
  }
}

# The same as a warning, for one image.
data "binauthz_platform_policy_evaluation" "report" {
  policy    = binauthz_platform_policy.production.id
  image     = "us-docker.pkg.dev/demo/app/report@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  namespace = "reports"
}

check "report_conforms" {
  assert {
    condition     = data.binauthz_platform_policy_evaluation.report.verdict == "CONFORMANT"
    error_message = data.binauthz_platform_policy_evaluation.report.explanation
  }
}
