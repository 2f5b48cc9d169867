import {
  to = binauthz_attestor_iam_binding.deployers
  id = "projects/demo/attestors/built-by-ci roles/binaryauthorization.attestorsVerifier"
}
