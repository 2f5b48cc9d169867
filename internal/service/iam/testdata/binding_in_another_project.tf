resource "binauthz_note" "o" {
  project             = "demo-other"
  name                = "o"
  human_readable_name = "O"
}
resource "binauthz_note_iam_binding" "it" {
  project = ""
  note    = binauthz_note.o.id
  role    = "roles/containeranalysis.notes.attacher"
  members = [local.member]
}
