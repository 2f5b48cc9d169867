import {
  to = binauthz_note_iam_member.ci
  id = "projects/demo/notes/built-by-ci roles/containeranalysis.notes.attacher serviceAccount:ci@demo.iam.gserviceaccount.com"
}
