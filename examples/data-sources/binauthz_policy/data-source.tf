data "binauthz_policy" "project" {}

# The rules of clusters with an exception from the default rule.
output "exceptions" {
  value = {
    for cluster, rule in coalesce(data.binauthz_policy.project.cluster_admission_rules, {}) : cluster => rule.evaluation_mode
  }
}
