# Auditors read the policy of this project, and of no other.
resource "binauthz_policy_iam_member" "auditors" {
  role   = "roles/binaryauthorization.policyViewer"
  member = "group:auditors@example.com"
}

# A role for a while. The condition is a part of what the grant is.
resource "binauthz_policy_iam_member" "migration" {
  role   = "roles/binaryauthorization.policyViewer"
  member = "user:jane@example.com"
  condition = {
    title      = "Until the migration is over"
    expression = "request.time < timestamp('2030-01-01T00:00:00Z')"
  }
}
