# Who has which role on the policy of the provider's project.
list "binauthz_policy_iam_member" "all" {
  provider = binauthz
}
