# Auditors may read the policy of this project, but of no other.
resource "binauthz_policy_iam_policy" "auditors" {
  policy_data = jsonencode({
    bindings = [
      { role = "roles/binaryauthorization.policyViewer", members = ["group:auditors@example.com", "user:jane@example.com"] },
    ]
  })
}
