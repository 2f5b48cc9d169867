import {
  to = binauthz_policy_iam_binding.auditors
  id = "projects/demo/policy roles/binaryauthorization.policyViewer"
}
