import {
  to = binauthz_policy_iam_policy.auditors
  identity = {
    project = "demo"
  }
}
