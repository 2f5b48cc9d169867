import {
  to = binauthz_cluster_settings.prod
  identity = {
    project  = "demo"
    location = "us-central1"
    name     = "prod"
  }
}
