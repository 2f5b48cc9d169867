import {
  to = binauthz_cluster_policy_binding.freshness
  identity = {
    project  = "demo"
    location = "us-central1"
    cluster  = "prod"
    policy   = "projects/demo/platforms/gke/policies/freshness"
  }
}

import {
  to = binauthz_cluster_policy_binding.vulnerabilities
  identity = {
    project  = "demo"
    location = "us-central1"
    cluster  = "prod"
    policy   = "projects/demo/platforms/gke/policies/vulnerabilities"
  }
}
