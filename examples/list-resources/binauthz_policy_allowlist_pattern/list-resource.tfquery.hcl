list "binauthz_policy_allowlist_pattern" "all" {
  provider = binauthz
}
