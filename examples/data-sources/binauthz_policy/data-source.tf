data "binauthz_policy" "project" {}

# Clusters that are excepted from the default rule, and how.
output "exceptions" {
  value = {
    for cluster, rule in coalesce(data.binauthz_policy.project.cluster_admission_rules, {}) : cluster => rule.evaluation_mode
  }
}
