data "binauthz_platform_policies" "all" {}

# Policies without checks.
output "policies_without_checks" {
  value = [for p in data.binauthz_platform_policies.all.platform_policies : p.id if length(flatten(p.gke_policy.check_sets[*].checks)) == 0]
}
