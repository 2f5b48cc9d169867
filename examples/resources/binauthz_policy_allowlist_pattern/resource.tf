# Every image in this repository, by tag or by digest, however deep.
resource "binauthz_policy_allowlist_pattern" "base" {
  pattern = "us-docker.pkg.dev/demo/base/**"
}
