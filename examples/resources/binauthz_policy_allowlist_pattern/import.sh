# The full name. Also demo/us-docker.pkg.dev/demo/base/**, or only the pattern in the provider's
# project.
terraform import binauthz_policy_allowlist_pattern.base 'projects/demo/policy/admission_whitelist_patterns/us-docker.pkg.dev/demo/base/**'
