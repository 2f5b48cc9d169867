data "binauthz_admission" "web" {
  image   = "us-docker.pkg.dev/demo/app/web@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
  cluster = "us-central1.prod"
}

# Every plan and apply warns while the policy refuses the image, even in a dry run.
check "web_may_run" {
  assert {
    condition     = data.binauthz_admission.web.admitted && !data.binauthz_admission.web.would_block
    error_message = data.binauthz_admission.web.reason
  }
}

# With an error instead, the plan fails.
data "binauthz_admission" "payments" {
  image                = "us-docker.pkg.dev/demo/app/payments:v1.4.2"
  cluster              = "us-central1.prod"
  kubernetes_namespace = "payments"

  lifecycle {
    postcondition {
      condition     = self.admitted
      error_message = self.reason
    }
  }
}
