data "binauthz_system_policy" "here" {
  location = "us-central1"
}

# What is admitted in this region without a rule, where a policy has global_policy_evaluation_mode = "ENABLE".
output "images_of_google" {
  value = data.binauthz_system_policy.here.admission_whitelist_patterns
}
