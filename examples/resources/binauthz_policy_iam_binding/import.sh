# First the full name of the object, or demo. A condition comes last: its title, or the whole
# condition as JSON.
terraform import binauthz_policy_iam_binding.auditors 'projects/demo/policy roles/binaryauthorization.policyViewer'
