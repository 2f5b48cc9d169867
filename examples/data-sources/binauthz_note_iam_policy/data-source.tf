resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_note_iam_member" "ci" {
  note   = binauthz_note.built.id
  role   = "roles/containeranalysis.notes.attacher"
  member = "serviceAccount:ci@demo.iam.gserviceaccount.com"
}

data "binauthz_note_iam_policy" "now" {
  note       = binauthz_note.built.id
  depends_on = [binauthz_note_iam_member.ci]
}

output "members_by_role" {
  value = { for b in jsondecode(data.binauthz_note_iam_policy.now.policy_data).bindings : b.role => b.members... }
}
