# What the pods of all clusters of the project run, by Cloud Asset Inventory, and what the policy as it is would refuse of it.
data "binauthz_workloads" "all" {
  evaluate = true
}

output "refused" {
  value = [for refused in data.binauthz_workloads.all.refused : "${refused.workload}: ${refused.reason}"]
}

# A change of the policy that would refuse something that runs fails when it is planned:
#
#   resource "binauthz_policy" "project" {
#     must_admit_in = data.binauthz_workloads.all.requests
#     ...
#   }

# The namespace of one team in two clusters. The scope can be a folder or an organization, too: "folders/123456789012".
data "binauthz_workloads" "payments" {
  scope                 = "projects/demo"
  clusters              = ["us-central1.prod", "europe-west1.prod"]
  kubernetes_namespaces = ["payments"]
}

output "images_to_attest" {
  value = distinct(flatten([
    for workload in data.binauthz_workloads.payments.workloads : [for image in workload.images : image.running]
  ]))
}
