import {
  to = binauthz_attestor_iam_binding.deployers
  identity = {
    project  = "demo"
    attestor = "built-by-ci"
    role     = "roles/binaryauthorization.attestorsVerifier"
  }
}
