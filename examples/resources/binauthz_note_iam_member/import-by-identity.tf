import {
  to = binauthz_note_iam_member.ci
  identity = {
    project = "demo"
    note    = "built-by-ci"
    role    = "roles/containeranalysis.notes.attacher"
    member  = "serviceAccount:ci@demo.iam.gserviceaccount.com"
  }
}
