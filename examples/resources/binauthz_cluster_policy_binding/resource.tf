# Two teams bind platform policies to one cluster, each in its own configuration. What others have bound stays.
resource "binauthz_cluster_policy_binding" "freshness" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = "projects/demo/platforms/gke/policies/freshness"
}

resource "binauthz_cluster_policy_binding" "vulnerabilities" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = "projects/demo/platforms/gke/policies/vulnerabilities"
}

# Bindings only audit. Whether the project's policy is enforced too, the settings say: without policy_bindings, and with a mode that has room
# for bindings.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
}
