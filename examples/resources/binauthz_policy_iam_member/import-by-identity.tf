import {
  to = binauthz_policy_iam_member.auditors
  identity = {
    project = "demo"
    role    = "roles/binaryauthorization.policyViewer"
    member  = "group:auditors@example.com"
  }
}

import {
  to = binauthz_policy_iam_member.migration
  identity = {
    project              = "demo"
    role                 = "roles/binaryauthorization.policyViewer"
    member               = "user:jane@example.com"
    condition_title      = "Until the migration is over"
    condition_expression = "request.time < timestamp('2030-01-01T00:00:00Z')"
  }
}
