import {
  to = binauthz_note_iam_policy.ci
  id = "projects/demo/notes/built-by-ci"
}
