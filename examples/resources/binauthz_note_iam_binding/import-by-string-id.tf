import {
  to = binauthz_note_iam_binding.ci
  id = "projects/demo/notes/built-by-ci roles/containeranalysis.notes.attacher"
}
