# In most cases, another configuration manages the policy, and only the data source is needed.
resource "binauthz_platform_policy" "closed" {
  name       = "closed"
  gke_policy = { check_sets = [{ checks = [{ always_deny = true }] }] }
}

data "binauthz_platform_policy" "closed" {
  name = binauthz_platform_policy.closed.id
}

output "checks_of_everything_else" {
  value = [for c in reverse(data.binauthz_platform_policy.closed.gke_policy.check_sets)[0].checks : c.display_name]
}
