import {
  to = binauthz_platform_policy.production
  id = "projects/demo/platforms/gke/policies/production"
}
