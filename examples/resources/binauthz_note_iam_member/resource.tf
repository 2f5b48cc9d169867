resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

# The attesting account attaches attestations to the note.
resource "binauthz_note_iam_member" "ci" {
  note   = binauthz_note.built.id
  role   = "roles/containeranalysis.notes.attacher"
  member = "serviceAccount:ci@demo.iam.gserviceaccount.com"
}
