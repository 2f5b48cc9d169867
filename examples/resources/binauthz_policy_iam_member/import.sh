# First the full name of the object, or demo. A condition comes last: its title, or the whole
# condition as JSON.
terraform import binauthz_policy_iam_member.auditors 'projects/demo/policy roles/binaryauthorization.policyViewer group:auditors@example.com'
terraform import binauthz_policy_iam_member.migration 'projects/demo/policy roles/binaryauthorization.policyViewer user:jane@example.com Until the migration is over'
