import {
  to = binauthz_attestor_iam_policy.deployers
  id = "projects/demo/attestors/built-by-ci"
}
