# First the full name of the object, or demo.
terraform import binauthz_policy_iam_policy.auditors projects/demo/policy
