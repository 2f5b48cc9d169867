import {
  to = binauthz_note_iam_policy.ci
  identity = {
    project = "demo"
    note    = "built-by-ci"
  }
}
