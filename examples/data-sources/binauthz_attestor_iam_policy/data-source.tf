resource "binauthz_note" "built" {
  name                = "built-by-ci"
  human_readable_name = "Built by CI"
}

resource "binauthz_attestor" "built" {
  name = "built-by-ci"
  note = binauthz_note.built.id
}

resource "binauthz_attestor_iam_member" "deployers" {
  attestor = binauthz_attestor.built.id
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = "group:deployers@example.com"
}

data "binauthz_attestor_iam_policy" "now" {
  attestor   = binauthz_attestor.built.id
  depends_on = [binauthz_attestor_iam_member.deployers]
}

output "members_by_role" {
  value = { for b in jsondecode(data.binauthz_attestor_iam_policy.now.policy_data).bindings : b.role => b.members... }
}
