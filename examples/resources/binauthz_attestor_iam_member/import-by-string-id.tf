import {
  to = binauthz_attestor_iam_member.deployers
  id = "projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier group:deployers@example.com"
}

import {
  to = binauthz_attestor_iam_member.migration
  id = "projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier user:jane@example.com Until the migration is over"
}
