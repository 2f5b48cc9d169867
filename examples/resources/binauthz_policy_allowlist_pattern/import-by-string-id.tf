import {
  to = binauthz_policy_allowlist_pattern.base
  id = "projects/demo/policy/admission_whitelist_patterns/us-docker.pkg.dev/demo/base/**"
}
