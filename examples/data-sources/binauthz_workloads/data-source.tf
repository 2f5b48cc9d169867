# The running images in all clusters of the project, from Cloud Asset Inventory, and the images
# refused by the current policy.
data "binauthz_workloads" "all" {
  evaluate = true
}

output "refused" {
  value = [for refused in data.binauthz_workloads.all.refused : "${refused.workload}: ${refused.reason}"]
}

# With must_admit_in, the plan fails if the changed policy would refuse a running image:
#
#   resource "binauthz_policy" "project" {
#     must_admit_in = data.binauthz_workloads.all.requests
#     ...
#   }

# One team's namespace in two clusters. The scope can also be a folder or an organization:
# "folders/123456789012".
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
