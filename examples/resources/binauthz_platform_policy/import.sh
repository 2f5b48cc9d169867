# The full name. Also demo/production, or production alone in the provider's project.
terraform import binauthz_platform_policy.production projects/demo/platforms/gke/policies/production
