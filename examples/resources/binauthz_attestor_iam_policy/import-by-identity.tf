import {
  to = binauthz_attestor_iam_policy.deployers
  identity = {
    project  = "demo"
    attestor = "built-by-ci"
  }
}
