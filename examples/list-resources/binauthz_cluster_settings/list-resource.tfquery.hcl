# Clusters that run any image.
list "binauthz_cluster_settings" "unprotected" {
  provider = binauthz

  config {
    enforces = false
  }
}

# All clusters of one region.
list "binauthz_cluster_settings" "central" {
  provider = binauthz

  config {
    location = "us-central1"
  }
}
