# The cluster, by its full name or, in the provider's project, as us-central1/prod; then the full
# name of the platform policy.
terraform import binauthz_cluster_policy_binding.freshness 'projects/demo/locations/us-central1/clusters/prod projects/demo/platforms/gke/policies/freshness'
terraform import binauthz_cluster_policy_binding.vulnerabilities 'us-central1/prod projects/demo/platforms/gke/policies/vulnerabilities'
