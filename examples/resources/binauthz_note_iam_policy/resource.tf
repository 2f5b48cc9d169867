resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

# The attesting account attaches attestations to the note.
resource "binauthz_note_iam_policy" "ci" {
  note = binauthz_note.built.id
  policy_data = jsonencode({
    bindings = [
      { role = "roles/containeranalysis.notes.attacher", members = ["serviceAccount:ci@demo.iam.gserviceaccount.com", "user:jane@example.com"] },
    ]
  })
}
