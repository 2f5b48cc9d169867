import {
  to = binauthz_policy_iam_policy.auditors
  id = "projects/demo/policy"
}
