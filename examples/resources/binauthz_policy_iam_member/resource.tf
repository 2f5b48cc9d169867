# Auditors may read the policy of this project, but of no other.
resource "binauthz_policy_iam_member" "auditors" {
  role   = "roles/binaryauthorization.policyViewer"
  member = "group:auditors@example.com"
}

# A temporary role. The condition is a part of the grant's identity.
resource "binauthz_policy_iam_member" "migration" {
  role   = "roles/binaryauthorization.policyViewer"
  member = "user:jane@example.com"
  condition = {
    title      = "Until the migration is over"
    expression = "request.time < timestamp('2030-01-01T00:00:00Z')"
  }
}
