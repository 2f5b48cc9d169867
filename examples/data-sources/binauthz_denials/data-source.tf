# Images admitted by a dry run, or blocked by enforcement, in the production cluster since
# yesterday.
data "binauthz_denials" "prod" {
  clusters = ["us-central1.prod"]
  kinds    = ["BLOCKED", "DRY_RUN"]
  lookback = "24h"
}

output "denied" {
  value = {
    for image in distinct(data.binauthz_denials.prod.denials[*].image) :
    coalesce(image, "unknown") => distinct([
      for denial in data.binauthz_denials.prod.denials : "${denial.kubernetes_namespace}: ${denial.workload}" if denial.image == image
    ])
  }
}

# No breakglass, no image admitted because the service did not answer, and the whole log was read.
data "binauthz_denials" "bypassed" {
  kinds = ["BREAK_GLASS", "FAIL_OPEN"]
}

check "nothing_went_past_the_policy" {
  assert {
    condition     = data.binauthz_denials.bypassed.complete && length(data.binauthz_denials.bypassed.denials) == 0
    error_message = "Pods went past the policy: ${join(", ", distinct(data.binauthz_denials.bypassed.denials[*].workload))}."
  }
}
