import {
  to = binauthz_platform_policy.production
  identity = {
    project = "demo"
    name    = "production"
  }
}
