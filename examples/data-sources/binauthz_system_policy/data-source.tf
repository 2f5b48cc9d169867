data "binauthz_system_policy" "here" {
  location = "us-central1"
}

# Images admitted in this region without a rule if a policy has global_policy_evaluation_mode =
# "ENABLE".
output "images_of_google" {
  value = data.binauthz_system_policy.here.admission_whitelist_patterns
}
