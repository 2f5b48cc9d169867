variable "members" {
  default = ["domain:example.com"]
}
resource "binauthz_policy_iam_binding" "own" {
  role    = "roles/binaryauthorization.policyViewer"
  members = var.members
}
resource "binauthz_policy_iam_member" "own" {
  role   = "roles/binaryauthorization.policyEditor"
  member = "domain:example.com"
}
