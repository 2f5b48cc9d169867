import {
  to = binauthz_policy_allowlist_pattern.base
  identity = {
    project = "demo"
    pattern = "us-docker.pkg.dev/demo/base/**"
  }
}
