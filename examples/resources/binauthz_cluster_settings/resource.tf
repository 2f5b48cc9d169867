# The cluster exists already, or another resource creates it: then refer to that resource's id here.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"

  # A destroy goes back to what the cluster evaluated before. This is the default.
  deletion_policy = "RESTORE"
}
