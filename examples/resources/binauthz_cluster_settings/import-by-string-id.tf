import {
  to = binauthz_cluster_settings.prod
  id = "projects/demo/locations/us-central1/clusters/prod"
}
