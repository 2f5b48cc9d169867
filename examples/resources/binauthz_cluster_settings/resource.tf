# The cluster exists already. If another resource creates it, use that resource's id here.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"

  # A destroy restores the cluster's previous mode. This is the default.
  deletion_policy = "RESTORE"
}
