# Every image in this repository and its folders, by tag or by digest.
resource "binauthz_policy_allowlist_pattern" "base" {
  pattern = "us-docker.pkg.dev/demo/base/**"
}
