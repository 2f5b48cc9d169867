import {
  to = binauthz_policy_iam_binding.auditors
  identity = {
    project = "demo"
    role    = "roles/binaryauthorization.policyViewer"
  }
}
