resource "google_container_cluster" "it" {
  count               = local.clusters
  project             = "project-${floor(count.index / 100)}"
  name                = "cluster-${count.index}"
  location            = "us-central1"
  initial_node_count  = 1
  deletion_protection = false
  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }
}
