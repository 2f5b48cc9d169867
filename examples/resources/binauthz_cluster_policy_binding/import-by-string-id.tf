import {
  to = binauthz_cluster_policy_binding.freshness
  id = "projects/demo/locations/us-central1/clusters/prod projects/demo/platforms/gke/policies/freshness"
}

import {
  to = binauthz_cluster_policy_binding.vulnerabilities
  id = "us-central1/prod projects/demo/platforms/gke/policies/vulnerabilities"
}
