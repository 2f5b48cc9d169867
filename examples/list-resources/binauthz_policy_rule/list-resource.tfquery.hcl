list "binauthz_policy_rule" "all" {
  provider = binauthz
}
