# Two teams bind platform policies to one cluster, each in its own configuration. Other bindings
# stay.
resource "binauthz_cluster_policy_binding" "freshness" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = "projects/demo/platforms/gke/policies/freshness"
}

resource "binauthz_cluster_policy_binding" "vulnerabilities" {
  cluster = "projects/demo/locations/us-central1/clusters/prod"
  policy  = "projects/demo/platforms/gke/policies/vulnerabilities"
}

# Bindings only audit. The mode of the settings permits bindings, and also decides about the
# enforcement of the project's policy. The settings omit policy_bindings.
resource "binauthz_cluster_settings" "prod" {
  cluster         = "projects/demo/locations/us-central1/clusters/prod"
  evaluation_mode = "POLICY_BINDINGS_AND_PROJECT_SINGLETON_POLICY_ENFORCE"
}
