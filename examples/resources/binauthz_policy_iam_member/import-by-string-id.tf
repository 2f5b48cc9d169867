import {
  to = binauthz_policy_iam_member.auditors
  id = "projects/demo/policy roles/binaryauthorization.policyViewer group:auditors@example.com"
}

import {
  to = binauthz_policy_iam_member.migration
  id = "projects/demo/policy roles/binaryauthorization.policyViewer user:jane@example.com Until the migration is over"
}
