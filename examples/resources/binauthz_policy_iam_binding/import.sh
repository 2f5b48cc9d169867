# The full name of the object first, or demo. A condition is the rest: its title, or the whole of it as JSON.
terraform import binauthz_policy_iam_binding.auditors 'projects/demo/policy roles/binaryauthorization.policyViewer'
