import {
  to = binauthz_policy.project
  identity = {
    project = "demo"
  }
}
