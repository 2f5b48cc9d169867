# The full name of the object first, or demo.
terraform import binauthz_policy_iam_policy.auditors projects/demo/policy
