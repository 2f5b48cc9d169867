resource "binauthz_policy_iam_member" "auditors" {
  role   = "roles/binaryauthorization.policyViewer"
  member = "group:auditors@example.com"
}

data "binauthz_policy_iam_policy" "now" {
  depends_on = [binauthz_policy_iam_member.auditors]
}

output "members_by_role" {
  value = { for b in jsondecode(data.binauthz_policy_iam_policy.now.policy_data).bindings : b.role => b.members... }
}
