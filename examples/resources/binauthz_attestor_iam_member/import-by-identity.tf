import {
  to = binauthz_attestor_iam_member.deployers
  identity = {
    project  = "demo"
    attestor = "built-by-ci"
    role     = "roles/binaryauthorization.attestorsVerifier"
    member   = "group:deployers@example.com"
  }
}

import {
  to = binauthz_attestor_iam_member.migration
  identity = {
    project              = "demo"
    attestor             = "built-by-ci"
    role                 = "roles/binaryauthorization.attestorsVerifier"
    member               = "user:jane@example.com"
    condition_title      = "Until the migration is over"
    condition_expression = "request.time < timestamp('2030-01-01T00:00:00Z')"
  }
}
