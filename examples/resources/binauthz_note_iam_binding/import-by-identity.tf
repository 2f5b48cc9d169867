import {
  to = binauthz_note_iam_binding.ci
  identity = {
    project = "demo"
    note    = "built-by-ci"
    role    = "roles/containeranalysis.notes.attacher"
  }
}
